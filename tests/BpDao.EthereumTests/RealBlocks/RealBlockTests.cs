using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.State;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Blocks of mainnet, executed: their gas, bloom and receipts must come out again.</summary>
public sealed class RealBlockTests
{
    private const string Archive = "real-mainnet.zip";

    private static readonly TransactionProcessor Processor = TransactionProcessor.Create();
    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);

    public static TheoryData<string> Blocks() => RealBlock.Paths(Archive, "exec-blocks/", ".json");

    [FixtureTheory(Archive)]
    [MemberData(nameof(Blocks))]
    public void A_block_of_mainnet_comes_out_as_it_is(string path)
    {
        RealBlock block = RealBlock.Read(Archive, path);
        Assert.Equal(block.Hash, block.Header.Hash);
        IReleaseSpec spec = Mainnet.Specs.GetSpec(block.Header);
        WorldState world = new(block.Before);
        BlockContext context = BlockContext.Of(block.Header, chainId: 1, block);
        foreach (ForkSystemCall call in ForkSystemCalls.BeforeTransactions(spec, block.Header))
        {
            Assert.True(Processor.ExecuteSystemCall(call.To, call.Input, context, spec, world).Success);
        }

        List<Receipt> receipts = [];
        ulong gasUsed = 0;
        foreach ((Transaction tx, Hash256 hash, Address sender) in block.Transactions)
        {
            Assert.Equal(hash, tx.Hash);
            Assert.True(Ecdsa.TryRecoverSender(tx, out Address recovered, allowHighS: !spec.IsHomestead));
            Assert.Equal(sender, recovered);
            TransactionResult result = Processor.Execute(tx, context, spec, world);
            Assert.True(result.IsValid, $"{hash}: {result.Error} {result.Detail}");
            gasUsed += result.GasUsed;
            receipts.Add(new Receipt
            {
                Type = tx.Type,
                Success = result.Success,
                CumulativeGasUsed = gasUsed,
                Logs = result.Logs,
                Bloom = Bloom.Of(result.Logs),
            });
        }

        Assert.Equal(block.Header.GasUsed, gasUsed);
        Assert.Equal(block.Header.LogsBloom, Bloom.Of(receipts.SelectMany(r => r.Logs)));
        // Before EIP-658 a receipt holds a state root, which a part of the state does not give.
        if (spec.IsByzantium) Assert.Equal(block.Header.ReceiptsRoot, OrderedTrie.Root([.. receipts.Select(r => (ReadOnlyMemory<byte>)ReceiptCodec.Encode(r))]));
    }
}
