using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>One official engine test: a first state and the payloads that a consensus client would send after it.</summary>
internal sealed record PayloadTest(string Name, ISpecProvider Specs, GenesisBlock Genesis, IReadOnlyList<Payload> Payloads);

/// <summary>The arguments of one <c>engine_newPayload</c> call as a block, and what the node must answer.</summary>
/// <param name="Encoded">The block's RLP, so that each run has transactions whose senders nobody knows. Null when the payload's own hash is not that
/// of its fields, or a transaction in it cannot be read: such a payload is invalid before it is executed.</param>
/// <param name="IsValid">VALID is expected, not INVALID.</param>
internal sealed record Payload(byte[]? Encoded, ulong GasUsed, bool IsValid)
{
    /// <summary>A new copy of the block.</summary>
    public Block Block => BlockCodec.TryDecode(Encoded, out Block? block) ? block! : throw new FormatException("A payload's own encoding is unreadable.");
}
