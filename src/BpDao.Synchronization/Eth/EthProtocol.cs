using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>One version of eth (devp2p, caps/eth.md; EIP-7642 for eth/69).</summary>
internal sealed class EthProtocol(int version, EthService service) : IProtocol
{
    public const string Name = "eth";

    public Capability Capability { get; } = new(Name, version);

    public int MessageCount => EthMessage.Count(version);

    public int MaxMessageBytes(int code) => EthLimits.MaxBytes(code);

    public IProtocolHandler Open(IPeer peer) => new EthSession(peer, version, service, new QuestionQueue(peer, version, service));
}
