using System.Buffers.Binary;
using System.Security.Cryptography;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

/// <summary>What a block asks of the beacon chain: EIP-6110, 7002, 7251 under EIP-7685's hash.</summary>
public sealed class ExecutionRequestTests
{
    private static readonly Address DepositContract = Address.Parse("0x00000000219ab540356cbb839cbe05303d7705fa");
    private static readonly Address WithdrawalRequests = Address.Parse("0x00000961ef480eb55e80d19ad83579a64c007002");
    private static readonly Address ConsolidationRequests = Address.Parse("0x0000bbddc7ce488642fb579f8b00f3a590007251");
    private static readonly Address OtherContract = Address.FromNumber(0xcafe);

    /// <summary>keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)"), as EIP-6110 gives it.</summary>
    private static readonly byte[] DepositEvent = Hex.Decode("0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5");

    /// <summary>Logs the input after its first word, under that word as topic.</summary>
    private static readonly byte[] Emitter = Hex.Decode("0x60203603" + "8060205f37" + "5f35905fa1" + "00");

    private static readonly byte[] Silent = [0x00];

    /// <summary>Every field of a deposit is filled with a byte of its own.</summary>
    private static byte[] Deposit(byte seed) => [.. Enumerable.Repeat(seed, 48 + 32 + 8 + 96 + 8).Select((b, i) => (byte)(b + i))];

    /// <summary>The log's data as the deposit contract encodes it: offsets, then length and padded bytes of each field.</summary>
    private static byte[] LogOf(byte[] deposit)
    {
        byte[] data = new byte[576];
        int from = 0;
        foreach ((int head, int offset, int length) in ((int, int, int)[])[(0, 160, 48), (1, 256, 32), (2, 320, 8), (3, 384, 96), (4, 512, 8)])
        {
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan((head * 32) + 28), offset);
            BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(offset + 28), length);
            deposit.AsSpan(from, length).CopyTo(data.AsSpan(offset + 32));
            from += length;
        }

        return data;
    }

    /// <summary>PUSH32 word; returns it.</summary>
    private static byte[] Returns(byte[] word) => [0x7f, .. word, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3];

    private static Hash256 HashOf(params byte[][] requests) => new(SHA256.HashData([.. requests.SelectMany(r => SHA256.HashData(r))]));

    private static TestChain Chain(byte[]? withdrawals = null, byte[]? consolidations = null, Fork fork = Fork.Osaka, bool asksForRequests = true) => new(
        new ChainSpecBuilder()
            .WithForks(ForkSchedule.FromGenesis(fork))
            .WithContract(DepositContract, Emitter)
            .WithContract(OtherContract, Emitter)
            .WithContract(WithdrawalRequests, withdrawals ?? Silent)
            .WithContract(ConsolidationRequests, consolidations ?? Silent)
            .Done() with { ExecutionRequests = asksForRequests });

    private static Transaction Logging(Address contract, byte[] topic, byte[] data, ulong nonce = 0) =>
        Build.Transaction().To(contract).WithValue(0).WithNonce(nonce).WithGas(200_000).WithData((byte[])[.. topic, .. data]).Signed();

    private static BlockVerdict VerdictOn(TestChain chain, params Transaction[] transactions) => chain.Producer.Build(
        chain.Head, TestChain.AttributesAfter(chain.Head) with { LeadingTransactions = transactions }, CancellationToken.None).Verdict;

    /// <summary>Seals on one node and judges on another, which has executed nothing yet.</summary>
    private static Hash256? RequestsHash(TestChain chain, params Transaction[] transactions)
    {
        Block block = chain.BuildNext(a => a with { LeadingTransactions = transactions });
        Assert.True(new TestJudge(chain).Judge(block).IsValid);
        return block.Header.RequestsHash;
    }

    [Fact]
    public void Deposits_are_one_request_in_the_order_of_their_logs()
    {
        using TestChain chain = Chain();
        Transaction[] deposits = [.. Enumerable.Range(0, 3).Select(i => Logging(DepositContract, DepositEvent, LogOf(Deposit((byte)(7 * i))), (ulong)i))];
        Assert.Equal(HashOf([0, .. Deposit(0), .. Deposit(7), .. Deposit(14)]), RequestsHash(chain, deposits));
    }

    [Fact]
    public void Only_the_deposit_contracts_deposit_events_are_deposits()
    {
        using TestChain chain = Chain();
        Hash256? hash = RequestsHash(
            chain,
            Logging(OtherContract, DepositEvent, LogOf(Deposit(1))),
            Logging(DepositContract, Keccak256.Hash("Other()"u8).ToArray(), LogOf(Deposit(1)), nonce: 1),
            Logging(DepositContract, Keccak256.Hash("Other()"u8).ToArray(), [], nonce: 2));
        Assert.Equal(BlockHeader.EmptyRequestsHash, hash);
    }

    [Theory]
    [InlineData(31)] // offset of the public key
    [InlineData(27)] // its upper bytes
    [InlineData(159)] // offset of the index
    [InlineData(191)] // length of the public key
    [InlineData(287)] // length of the credentials
    [InlineData(351)] // length of the amount
    [InlineData(415)] // length of the signature
    [InlineData(543)] // length of the index
    public void A_deposit_laid_out_otherwise_makes_the_block_invalid(int bentByte)
    {
        using TestChain chain = Chain();
        byte[] log = LogOf(Deposit(1));
        log[bentByte] ^= 1;
        Assert.Equal(BlockError.InvalidRequestsHash, VerdictOn(chain, Logging(DepositContract, DepositEvent, log)).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(575)]
    [InlineData(608)]
    public void A_deposit_of_another_length_makes_the_block_invalid(int length)
    {
        using TestChain chain = Chain();
        byte[] log = LogOf(Deposit(1));
        Array.Resize(ref log, length);
        Assert.Equal(BlockError.InvalidRequestsHash, VerdictOn(chain, Logging(DepositContract, DepositEvent, log)).Error);
    }

    [Fact]
    public void Requests_stand_by_type_and_empty_ones_are_left_out()
    {
        byte[] asked = [.. Enumerable.Range(1, 32).Select(i => (byte)i)], merged = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];
        Transaction deposit = Logging(DepositContract, DepositEvent, LogOf(Deposit(1)));

        using TestChain all = Chain(Returns(asked), Returns(merged));
        Assert.Equal(HashOf([0, .. Deposit(1)], [1, .. asked], [2, .. merged]), RequestsHash(all, deposit));
        Assert.Equal(HashOf([1, .. asked], [2, .. merged]), RequestsHash(all));

        using TestChain last = Chain(consolidations: Returns(merged));
        Assert.Equal(HashOf([0, .. Deposit(1)], [2, .. merged]), RequestsHash(last, deposit));
        Assert.Equal(HashOf([2, .. merged]), RequestsHash(last));

        using TestChain none = Chain();
        Assert.Equal(BlockHeader.EmptyRequestsHash, RequestsHash(none));
    }

    [Fact]
    public void A_block_cannot_be_without_the_contracts_it_asks()
    {
        byte[] nothing = [];
        using TestChain missing = Chain(withdrawals: nothing), reverting = Chain(consolidations: TestContracts.Reverter), looping = Chain(TestContracts.Looper);
        Assert.Equal(BlockError.SystemCallFailed, VerdictOn(missing).Error);
        Assert.Equal(BlockError.SystemCallFailed, VerdictOn(reverting).Error);
        Assert.Equal(BlockError.SystemCallFailed, VerdictOn(looping).Error);
    }

    [Fact]
    public void Before_Prague_a_block_asks_for_nothing()
    {
        using TestChain chain = Chain(TestContracts.Reverter, TestContracts.Reverter, Fork.Cancun);
        Assert.Null(RequestsHash(chain, Logging(DepositContract, DepositEvent, [1, 2, 3])));
    }

    [Fact]
    public void A_network_without_a_beacon_chain_asks_for_nothing()
    {
        using TestChain chain = Chain(TestContracts.Reverter, TestContracts.Reverter, asksForRequests: false);
        Assert.Equal(BlockHeader.EmptyRequestsHash, RequestsHash(chain, Logging(DepositContract, DepositEvent, [1, 2, 3])));
    }
}
