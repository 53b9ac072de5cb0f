using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm.Tracing;
using BpDao.Testing;
using Xunit;

namespace BpDao.Evm.Tests;

/// <summary>A spec that a test can bend.</summary>
internal sealed record TestSpec(Fork Fork) : IReleaseSpec
{
    public BlobSchedule Blobs { get; init; } = new(6, 9, 5_007_716);

    public bool HasExecutionRequests => false;

    public Address DepositContract => default;

    public Address? BaseFeeRecipient { get; init; }

    public Address? SystemSender { get; init; }
}

/// <summary>One contract, one block, one processor for all tests.</summary>
internal static class EvmFixture
{
    public static readonly Address Contract = Address.FromNumber(0xc0de);
    public static readonly Address Caller = Address.FromNumber(0xca11e4);
    public static readonly Address Coinbase = Address.FromNumber(0xc01bba);

    public static TransactionProcessor Processor { get; } = TransactionProcessor.Create();

    public static BlockContext Context { get; } = new()
    {
        ChainId = TransactionBuilder.TestChainId,
        Number = 1000,
        Timestamp = 1_700_000_000,
        Coinbase = Coinbase,
        GasLimit = 30_000_000,
        BaseFee = 1_000_000_000,
        PrevRandao = Keccak256.Hash([7]),
        BlockHashes = NoBlockHashes.Instance,
    };

    /// <summary>Calls code that lies at <see cref="Contract"/>.</summary>
    public static CallResult Run(
        Bytecode code, Fork fork = Fork.Osaka, ulong gas = 1_000_000, byte[]? input = null, TestState? state = null, ITxTracer? tracer = null) =>
        Call(new WorldState((state ?? new TestState()).With(Contract, nonce: 1, code: code.Done())), fork, gas, input, tracer);

    public static CallResult Call(WorldState world, Fork fork = Fork.Osaka, ulong gas = 1_000_000, byte[]? input = null, ITxTracer? tracer = null) =>
        Processor.Call(new CallRequest { From = Caller, To = Contract, Gas = gas, Input = input }, Context, new TestSpec(fork), world, tracer);

    public static void AssertWord(UInt256 expected, UInt256 actual) => Assert.Equal(expected, actual);

    /// <summary>What code leaves on top of its stack.</summary>
    public static UInt256 Top(Bytecode code, Fork fork = Fork.Osaka, byte[]? input = null, TestState? state = null)
    {
        CallResult result = Run(code.ReturnTop(), fork, input: input, state: state);
        return result.Success ? UInt256.FromBigEndian(result.Output.Span) : throw new InvalidOperationException($"Halted: {result.Halt}");
    }
}
