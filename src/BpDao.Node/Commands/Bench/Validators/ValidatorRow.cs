namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>What blocks cost with one number of validators. Messages, bytes and time are of one node and one block.</summary>
internal sealed record ValidatorRow
{
    public required int Validators { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Of all measured blocks together.</summary>
    public required ulong FailedRounds { get; init; }

    /// <summary>Length of a block, in the median.</summary>
    public required long BlockBytes { get; init; }

    /// <summary>That peers sent and the node took.</summary>
    public required double Messages { get; init; }

    public required double Bytes { get; init; }

    /// <summary>Those of the bytes that came in messages which carry a block.</summary>
    public required double WholeBlocks { get; init; }

    /// <summary>Processor time of the process, divided among its nodes.</summary>
    public required TimeSpan Cpu { get; init; }

    /// <summary>Of transaction 0.</summary>
    public required Spread SystemGas { get; init; }

    /// <summary>Of it, what it costs before its first instruction: the base and the calldata.</summary>
    public required Spread IntrinsicGas { get; init; }

    /// <summary>The rest, what executing <c>beginBlock</c> costs, in blocks that carry nothing but the parent's certificate; null without such a block.
    /// A validator's first turn costs more than its later ones: it writes slots that were empty.</summary>
    public required Spread? PlainGas { get; init; }

    /// <summary>Growth of the messages since a smaller network, by that of N·log2 N: above 1 it is faster. Null for a network of one.</summary>
    public double? GrowthSince(ValidatorRow smaller) =>
        smaller.Validators < 2 ? null : Messages / smaller.Messages / (NLogN(Validators) / NLogN(smaller.Validators));

    private static double NLogN(int n) => n * Math.Log2(n);
}
