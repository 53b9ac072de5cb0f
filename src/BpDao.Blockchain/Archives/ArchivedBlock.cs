using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>A block of an archive, of which only the header was read. Safe to decode on any thread.</summary>
public sealed class ArchivedBlock
{
    private readonly Func<Block?> _decode;

    internal ArchivedBlock(BlockHeader header, Func<Block?> decode) => (Header, _decode) = (header, decode);

    public BlockHeader Header { get; }

    /// <summary>The whole block; null when its body is malformed.</summary>
    public Block? Decode() => _decode();
}
