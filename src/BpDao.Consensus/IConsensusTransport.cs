using BpDao.Core;

namespace BpDao.Consensus;

/// <summary>Carries the engine's messages. It delivers bytes, at most once, in any order, and decides nothing.</summary>
public interface IConsensusTransport
{
    /// <summary>To every peer; never back to the sender.</summary>
    void Broadcast(ReadOnlyMemory<byte> message);

    void Send(PeerId peer, ReadOnlyMemory<byte> message);

    /// <summary>Passes a message on that was new and valid: to a bounded number of peers (about log2 of them, at least three) that are not known
    /// to have it, never back to <paramref name="from"/>. What is relayed by everybody reaches everybody, at O(log N) copies each.</summary>
    /// <param name="from">Who sent it; the default for a message that was put together here.</param>
    void Relay(PeerId from, ReadOnlyMemory<byte> message);

    /// <summary>The engine has seen this peer send what no honest node sends; a network lowers its score or disconnects it.</summary>
    void Misbehaved(PeerId peer, string what)
    {
    }

    /// <summary>Called for each message that arrives, possibly from several threads; must return at once.</summary>
    event Action<PeerId, ReadOnlyMemory<byte>> Received;

    /// <summary>A peer came.</summary>
    event Action<PeerId> PeerConnected;

    IReadOnlyCollection<PeerId> Peers { get; }
}

/// <summary>A connection's other end.</summary>
public readonly record struct PeerId(Hash256 Value)
{
    public override string ToString() => Value.ToString()[..10];
}

/// <summary>Small records that must survive power loss before a signature leaves the process (protocol rule 4.6).</summary>
public interface ISafetyStore
{
    /// <summary>Null when the key was never written or its record is damaged; <paramref name="damaged"/> tells which.</summary>
    byte[]? Read(ReadOnlySpan<byte> key, out bool damaged);

    /// <summary>Writes (or, with a null value, removes) all records atomically and synced: when this returns, they are on the disk.</summary>
    void Write(IReadOnlyList<KeyValuePair<byte[], byte[]?>> records);
}

/// <summary>The only thing that holds a consensus key.</summary>
public interface ISigner
{
    Address Address { get; }

    /// <summary>r:32 ‖ s:32 ‖ v:1 with low s and v ∈ {0, 1}. RFC 6979: the same digest gives the same signature.</summary>
    byte[] Sign(Hash256 digest);

    /// <summary>keccak256(prefix ‖ private key ‖ suffix): seeds of onions and salts (protocol rules 8.1, 8.2).</summary>
    Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix);
}
