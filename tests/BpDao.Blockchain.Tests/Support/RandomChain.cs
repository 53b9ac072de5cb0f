using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using CsCheck;

namespace BpDao.Blockchain.Tests;

/// <summary>Random blocks that depend on each other: senders pay each other, write and read the same slots, create, destroy and fail.</summary>
internal static class RandomChain
{
    private static readonly PrivateKey[] Senders = [TestKeys.A, TestKeys.B, TestKeys.C, TestKeys.D];

    private static readonly Address Cell = Address.FromNumber(0xce11), Looper = Address.FromNumber(0x1009), Sink = Address.FromNumber(0x5147);

    /// <summary>Adds CALLDATALOAD(0) to the slot that CALLDATALOAD(32) names.</summary>
    private static readonly byte[] AdderCode = Hex.Decode("0x602035805460003501905500");

    /// <summary>SELFDESTRUCT to the caller.</summary>
    private static readonly byte[] SinkCode = Hex.Decode("0x33ff");

    /// <summary>Init code of a contract that stores its own block number and has <see cref="SinkCode"/>.</summary>
    private static readonly byte[] InitCode = Hex.Decode("0x43600055" + "6133ff60f01b600052" + "60026000f3");

    public static ChainSpec Spec { get; } = new ChainSpecBuilder()
        .WithContract(Cell, AdderCode, (1, 7), (2, 9))
        .WithContract(Looper, TestContracts.Looper)
        .WithContract(Sink, SinkCode)
        .Done();

    /// <summary>What the transactions of each block do.</summary>
    public static Gen<List<List<Act>>> Acts { get; } =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 4], Gen.Int[0, 3], (sender, kind, slot, value) => new Act(sender, kind, slot, value))
            .List[0, 24].List[1, 6];

    /// <summary>Builds the blocks on a chain of its own. Whoever decodes them has transactions whose senders nobody knows.</summary>
    public static List<byte[]> Build(List<List<Act>> acts)
    {
        using TestChain chain = new(Spec);
        List<byte[]> blocks = [];
        ulong[] nonces = new ulong[Senders.Length];
        foreach (List<Act> block in acts)
        {
            Transaction[] transactions = [.. block.Select(act => Sign(act, nonces[act.Sender]++))];
            Block built = chain.BuildNext(a => a with { LeadingTransactions = transactions, IncludePool = false });
            chain.Commit(built);
            blocks.Add(BlockCodec.Encode(built));
        }

        return blocks;
    }

    public static Block Decode(byte[] encoded) =>
        BlockCodec.TryDecode(encoded, out Block? block) ? block! : throw new InvalidOperationException("A built block is unreadable.");

    private static Transaction Sign(Act act, ulong nonce)
    {
        TransactionBuilder tx = Testing.Build.Transaction().From(Senders[act.Sender]).WithNonce(nonce).WithValue((UInt256)(ulong)act.Value).WithGas(200_000);
        UInt256 slot = (UInt256)(ulong)act.Slot;
        return (act.Kind switch
        {
            0 => tx.To(Senders[act.Slot % Senders.Length].Address),
            1 => tx.To(Address.FromNumber(0xaaaa00 + (uint)act.Slot)),
            2 => tx.To(Cell).WithData(Words((UInt256)(ulong)act.Value, slot)),
            3 => tx.To(Cell).WithData(Words(slot, (UInt256)(ulong)act.Value)).WithType(TxType.AccessList).With(t => t with
            {
                MaxPriorityFeePerGas = t.MaxFeePerGas, // a type with one price
                AccessList = [new AccessListEntry(Cell, [slot, (UInt256)(ulong)act.Value]), new AccessListEntry(Sink, [])],
            }),
            4 => tx.To(Looper),
            5 => tx.To(Sink),
            _ => tx.To(null).WithData(InitCode),
        }).Signed();
    }

    private static byte[] Words(UInt256 first, UInt256 second)
    {
        byte[] data = new byte[64];
        first.WriteBigEndian(data);
        second.WriteBigEndian(data.AsSpan(32));
        return data;
    }

    /// <summary>One transaction.</summary>
    public readonly record struct Act(int Sender, int Kind, int Slot, int Value);
}
