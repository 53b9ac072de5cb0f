using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Network;

namespace BpDao.Byzantine.Flood;

/// <summary>Where the attacked network stands, as its votes say.</summary>
internal sealed record Overheard(ulong Epoch, ulong Height, uint Round, Hash256 BlockHash);

/// <summary>bpdao/1 as an attacker speaks it: it listens only to know the height.</summary>
internal sealed class FloodProtocol : IProtocol, IProtocolHandler
{
    public static Capability Name { get; } = new("bpdao", 1);

    public Overheard Overheard { get; private set; } = new(0, 1, 0, Hash256.Zero);

    public Capability Capability => Name;

    public int MessageCount => 0x30;

    public int MaxMessageBytes(int code) => 16 * 1024 * 1024;

    public IProtocolHandler Open(IPeer peer) => this;

    public void OnMessage(int code, ReadOnlySpan<byte> payload)
    {
        if (MessageCodec.TryDecode(payload, out PorMessage? message) && message is Vote vote) Overheard = new Overheard(vote.Epoch, vote.Height, vote.Round, vote.BlockHash);
    }

    public void OnDisconnected(DisconnectReason reason)
    {
    }
}
