using System.Collections.Immutable;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>The nodes that the operator has named. Thread-safe; an operator is trusted to name a bounded number.</summary>
public sealed class PeerBook
{
    private ImmutableDictionary<Hash256, Enode> _static;
    private ImmutableHashSet<Hash256> _trusted;

    public PeerBook(PeerOptions options)
    {
        _static = options.StaticPeers.DistinctBy(n => n.Id).ToImmutableDictionary(n => n.Id);
        _trusted = [.. options.TrustedPeers.Select(n => n.Id)];
    }

    /// <summary>Nodes to be connected with always.</summary>
    public IEnumerable<Enode> Static => _static.Values;

    public bool IsStatic(in Hash256 id) => _static.ContainsKey(id);

    public bool IsTrusted(in Hash256 id) => _trusted.Contains(id);

    /// <summary>Neither counted nor limited.</summary>
    public bool IsNamed(in Hash256 id) => IsStatic(id) || IsTrusted(id);

    public void AddStatic(Enode node) => ImmutableInterlocked.Update(ref _static, s => s.SetItem(node.Id, node));

    public void RemoveStatic(PublicKey key) => ImmutableInterlocked.Update(ref _static, s => s.Remove(Keccak256.Hash(key.Bytes)));

    public void Trust(PublicKey key) => ImmutableInterlocked.Update(ref _trusted, t => t.Add(Keccak256.Hash(key.Bytes)));

    public void Distrust(PublicKey key) => ImmutableInterlocked.Update(ref _trusted, t => t.Remove(Keccak256.Hash(key.Bytes)));
}
