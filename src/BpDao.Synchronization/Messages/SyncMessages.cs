using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>A question for blocks or epochs: <c>[id, start, count]</c>; for the tip <c>[id]</c>.</summary>
/// <param name="Id">Chosen by who asks; its answer repeats it.</param>
/// <param name="Start">Number of the first block or epoch.</param>
/// <param name="Count">As many are wanted at most; an answer may be shorter.</param>
public readonly record struct SyncQuestion(ulong Id, ulong Start, ulong Count);

/// <summary>An answer to a <see cref="SyncQuestion"/>.</summary>
public abstract record SyncAnswer(ulong Id);

/// <summary>The head of the peer that answers. The certificate is empty for the genesis block.</summary>
public sealed record TipAnswer(ulong Id, BlockHeader Header, ReadOnlyMemory<byte> Certificate) : SyncAnswer(Id);

/// <summary>Of the canonical chain, ascending without gaps from the number asked for; empty when the first is not there.</summary>
public sealed record HeadersAnswer(ulong Id, IReadOnlyList<BlockHeader> Headers) : SyncAnswer(Id);

/// <summary>Like <see cref="HeadersAnswer"/>, whole blocks.</summary>
public sealed record BlocksAnswer(ulong Id, IReadOnlyList<CertifiedBlock> Blocks) : SyncAnswer(Id);

/// <summary>Ascending without gaps from the epoch asked for.</summary>
public sealed record EpochsAnswer(ulong Id, IReadOnlyList<EpochBoundary> Epochs) : SyncAnswer(Id);

/// <summary>The receipts of blocks, ascending without gaps from the number asked for.</summary>
public sealed record ReceiptsAnswer(ulong Id, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> Receipts) : SyncAnswer(Id);

/// <summary>A block with what makes it final.</summary>
public sealed record CertifiedBlock(Block Block, ReadOnlyMemory<byte> Certificate);

/// <summary>What a light chain needs of an epoch beside its headers.</summary>
/// <param name="Span">The last block is the peer's head in the epoch that is under way.</param>
/// <param name="Opening">Of the first block; null in epoch 0.</param>
/// <param name="Certificate">Of the last block.</param>
public sealed record EpochBoundary(ulong Epoch, EpochSpan Span, EpochOpening? Opening, ReadOnlyMemory<byte> Certificate);
