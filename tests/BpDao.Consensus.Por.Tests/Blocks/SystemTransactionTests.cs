using BpDao.Consensus.Por.Blocks;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Blocks;

/// <summary>Protocol rule 2.4.</summary>
public sealed class SystemTransactionTests
{
    [Fact]
    public void System_is_the_address_that_the_contracts_know() =>
        Assert.Equal(Address.Parse("0x60ffAF61c017d7D969719CE7e08C6008477010b1"), SystemTransaction.Sender);

    [Fact]
    public void Is_a_free_legacy_transaction_that_anybody_can_rebuild()
    {
        byte[] payload = new BlockPayload { Reveal = Keccak256.Hash("r"u8) }.Encode();
        Transaction first = SystemTransaction.Build(24422, SystemContracts.Work, payload, 10_000_000, 41);
        Transaction again = SystemTransaction.Build(24422, SystemContracts.Work, payload, 10_000_000, 41);

        Assert.Equal(TransactionCodec.Encode(first), TransactionCodec.Encode(again));
        Assert.Equal(TxType.Legacy, first.Type);
        Assert.Equal(24422UL, first.ChainId);
        Assert.Equal(41UL, first.Nonce);
        Assert.True(first.MaxFeePerGas.IsZero && first.Value.IsZero);
        Assert.True(SystemTransaction.TryReadPayload(first, out byte[] read));
        Assert.Equal(payload, read);
        Assert.True(new EthereumEcdsa(Secp256k1.Default).TryRecoverSender(first with { }, out Address sender));
        Assert.Equal(SystemTransaction.Sender, sender);
    }

    [Fact]
    public void Extra_data_of_a_header_reads_back()
    {
        PorExtraData data = new(70_000, 65_537, 1, 4095);
        Assert.True(PorExtraData.TryDecode(data.Encode(), out PorExtraData? read));
        Assert.Equal(data, read);
        Assert.False(PorExtraData.TryDecode(data.Encode().AsSpan(0, 31), out _));
    }
}
