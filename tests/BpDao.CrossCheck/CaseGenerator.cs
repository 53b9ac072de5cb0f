using BpDao.Core;
using BpDao.Evm;

namespace BpDao.CrossCheck;

/// <summary>Makes the case that a seed stands for.</summary>
internal static class CaseGenerator
{
    private static readonly Address Sender = Address.Parse("0x00000000000000000000000000000000005e4de5");
    private static readonly Address Coinbase = Address.Parse("0x00000000000000000000000000000000c014ba5e");
    private static readonly Address Poor = Address.Parse("0x0000000000000000000000000000000000009009");
    private static readonly Address Nobody = Address.Parse("0x000000000000000000000000000000000000dead");
    private static readonly Address Delegated = Address.Parse("0x00000000000000000000000000000000de1e6a7e");

    private static readonly Address[] Contracts =
    [
        Address.Parse("0x1000000000000000000000000000000000000001"),
        Address.Parse("0x2000000000000000000000000000000000000002"),
        Address.Parse("0x3000000000000000000000000000000000000003"),
    ];

    private static readonly Address[] Named = [.. Contracts, Sender, Coinbase, Poor, Nobody, Delegated];

    /// <param name="only">Null: the seed picks the fork too.</param>
    public static ProgramCase Make(ulong seed, Fork? only = null)
    {
        SeededNumbers random = new(seed);
        Fork picked = CaseForks.Pick(random);
        Fork fork = only ?? picked;
        BlockContext block = Block(random, fork);
        return new ProgramCase(seed, fork, block, Accounts(random, fork), Transaction(random, fork, block));
    }

    private static BlockContext Block(SeededNumbers random, Fork fork) => new()
    {
        ChainId = 1,
        Number = 1000,
        Timestamp = 0x6500_0000,
        Coinbase = Coinbase,
        GasLimit = 30_000_000,
        BaseFee = fork >= Fork.London ? 7 : UInt256.Zero,
        Difficulty = fork < Fork.Paris ? 0x20000 : UInt256.Zero,
        PrevRandao = fork >= Fork.Paris ? new Hash256(random.Bytes(32)) : Hash256.Zero,
        ExcessBlobGas = fork >= Fork.Cancun ? (ulong)random.Below(20_000_000) : 0,
        BlockHashes = NumberAsHash.Instance,
    };

    private static List<CaseAccount> Accounts(SeededNumbers random, Fork fork)
    {
        List<CaseAccount> accounts =
        [
            new(Sender, 0, UInt256.One << 80, [], []),
            new(Poor, 0, 1, [], []),
        ];
        foreach (Address contract in Contracts)
        {
            byte[] code = new ProgramGenerator(random, fork, Named).Write();
            UInt256 balance = random.OneIn(3) ? UInt256.Zero : (ulong)random.Below(100);
            (UInt256, UInt256)[] storage = [.. Enumerable.Range(0, random.Below(4)).Select(slot => ((UInt256)(ulong)slot, random.Word() | UInt256.One))];
            accounts.Add(new CaseAccount(contract, 1, balance, code, storage));
        }

        if (fork >= Fork.Prague)
        {
            accounts.Add(new CaseAccount(Delegated, 1, 5, [0xef, 0x01, 0x00, .. random.Pick(Named).Bytes], [])); // EIP-7702
        }

        return accounts;
    }

    private static Transaction Transaction(SeededNumbers random, Fork fork, BlockContext block)
    {
        bool creation = random.OneIn(12);
        TxType type = (TxType)random.Below(fork >= Fork.London ? 3 : fork >= Fork.Berlin ? 2 : 1);
        return new Transaction
        {
            Type = type,
            ChainId = type == TxType.Legacy ? null : block.ChainId,
            MaxFeePerGas = 10,
            MaxPriorityFeePerGas = type == TxType.DynamicFee ? (ulong)random.Below(10) : 10,
            GasLimit = (ulong)(random.Below(8) switch { 0 => 21_000 + random.Below(20_000), 1 => 1_000_000, _ => 100_000 + random.Below(400_000) }),
            To = creation ? null : fork >= Fork.Prague && random.OneIn(10) ? Delegated : Contracts[0],
            Value = random.OneIn(3) ? UInt256.Zero : (ulong)random.Below(100),
            Data = creation ? new ProgramGenerator(random, fork, Named).Write() : random.Bytes(random.Below(100)),
            AccessList = type == TxType.Legacy || random.OneIn(2) ? [] : [new AccessListEntry(random.Pick(Named), [0, 1])],
            Sender = Sender,
        };
    }

    /// <summary>The hash of block n is n: both sides can know it.</summary>
    private sealed class NumberAsHash : IBlockHashProvider
    {
        public static NumberAsHash Instance { get; } = new();

        public Hash256 GetBlockHash(ulong number) => ((UInt256)number).ToHash();
    }
}
