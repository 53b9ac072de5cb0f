using System.Buffers.Binary;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Contracts;

/// <summary>Protocol rule 2.8: a contract in force may answer anything.</summary>
public sealed class UnsoundContractTests
{
    [Fact]
    public void Pages_that_never_end_are_not_a_bench()
    {
        EndlessPages contract = new();
        Assert.False(new AvailabilityContract(contract).TryBenchEntries(2, out _));
        Assert.InRange(contract.Calls, 1, 8);
    }

    [Fact]
    public void A_key_that_no_payload_can_carry_makes_no_bench()
    {
        Assert.True(Bench.TryCreate(2, [new BenchMember(0, default, new byte[48], 1)], out _));
        Assert.False(Bench.TryCreate(2, [new BenchMember(0, default, new byte[49], 1)], out _));
    }

    /// <summary>Answers an empty page and one slot further, whatever is asked.</summary>
    private sealed class EndlessPages : IContractCaller
    {
        public int Calls { get; private set; }

        public ContractCallResult Call(Address contract, ReadOnlyMemory<byte> input)
        {
            if (++Calls > 1000) throw new InvalidOperationException("The node goes on reading.");
            byte[] answer = new byte[96];
            answer[31] = 64;
            BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(60), BinaryPrimitives.ReadUInt32BigEndian(input.Span[64..]) + 1);
            return new ContractCallResult(true, answer);
        }

        public ulong NonceOf(Address account) => 0;

        public UInt256 BalanceOf(Address account) => UInt256.Zero;
    }
}
