using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>Counts what costs processor time.</summary>
internal sealed class CountingScheme(ICertificateScheme scheme) : ICertificateScheme
{
    /// <summary>Calls that checked signatures.</summary>
    public int Checks { get; private set; }

    public byte Id => scheme.Id;

    public bool Verify(Hash256 digest, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> key)
    {
        Checks++;
        return scheme.Verify(digest, signature, key);
    }

    public byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> signatures) => scheme.Join(signatures);

    public bool VerifyJoined(Hash256 digest, ReadOnlySpan<byte> joined, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        Checks++;
        return scheme.VerifyJoined(digest, joined, keys);
    }

    public IReadOnlyList<ReadOnlyMemory<byte>>? Split(ReadOnlyMemory<byte> joined) => scheme.Split(joined);
}
