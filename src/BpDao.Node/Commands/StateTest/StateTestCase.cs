using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.StateTest;

/// <summary>One transaction of an official state test under one fork, with what must come of it.</summary>
internal sealed record StateTestCase
{
    /// <summary>As the test file names it.</summary>
    public required string Name { get; init; }

    /// <summary>As the test file names it.</summary>
    public required string Fork { get; init; }

    /// <summary>Which data, gas limit and value of the test this case takes, e.g. <c>d0g1v0</c>.</summary>
    public required string Variant { get; init; }

    public required IReleaseSpec Spec { get; init; }

    public required BlockContext Block { get; init; }

    public required IReadOnlyDictionary<Address, TestAccount> Pre { get; init; }

    /// <summary>From the fields of the test, unsigned, with the sender it names. Null when the fields hold what no transaction can.</summary>
    public required Transaction? Transaction { get; init; }

    /// <summary>The signed transaction, where the file has it.</summary>
    public ReadOnlyMemory<byte>? TxBytes { get; init; }

    public required Hash256 StateRoot { get; init; }

    /// <summary>keccak256 of the RLP of the logs.</summary>
    public required Hash256 LogsHash { get; init; }

    /// <summary>Not null: the transaction must be refused. One or more names, separated by <c>|</c>.</summary>
    public string? ExpectedException { get; init; }

    /// <summary>The whole post-state, where the file has it.</summary>
    public IReadOnlyDictionary<Address, TestAccount>? Post { get; init; }
}
