using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>Knows nodes that may be worth a connection.</summary>
public interface INodeSource
{
    /// <summary>A copy, in random order.</summary>
    IReadOnlyList<NodeContact> Candidates { get; }

    /// <summary>Looks for more, near the hash of a key.</summary>
    Task<IReadOnlyList<NodeContact>> LookupAsync(PublicKey target);
}
