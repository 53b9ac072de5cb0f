namespace BpDao.Network;

/// <summary>Whom to be connected with, and how many to let in.</summary>
public sealed record PeerOptions
{
    /// <summary>Nodes to be connected with always: dialled until they answer, not counted against limits.</summary>
    public IReadOnlyList<Enode> StaticPeers { get; init; } = [];

    /// <summary>Nodes that are let in beyond every limit and not dropped for a low score.</summary>
    public IReadOnlyList<Enode> TrustedPeers { get; init; } = [];

    /// <summary>Dialled as any other node when there is too little company; discovery asks them first.</summary>
    public IReadOnlyList<Enode> Bootnodes { get; init; } = [];

    /// <summary>Sessions, apart from static and trusted peers.</summary>
    public int MaxPeers { get; init; } = 50;

    /// <summary>Of them, those that others began, in per cent: the rest is kept for nodes of our own choice, whoever knocks.</summary>
    public int InboundPercent { get; init; } = 67;

    /// <summary>Sessions with one address (of IPv6 one /64); loopback and private addresses are exempt.</summary>
    public int MaxPerAddress { get; init; } = 4;

    /// <summary>Sessions that others began from one /24 (of IPv6 one /48); loopback and private addresses are exempt. Filling the room for those who knock then takes
    /// addresses in half as many places of the internet as it has seats, not a handful.</summary>
    public int MaxInboundPerSubnet { get; init; } = 2;

    /// <summary>Dials under way at one time.</summary>
    public int MaxDials { get; init; } = 8;

    /// <summary>How long a node that has used up its score stays out; twice as long each time, up to a day.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>At least one when there is room for two.</summary>
    public int MaxInbound => MaxPeers <= 1 ? MaxPeers : Math.Clamp(MaxPeers * InboundPercent / 100, 1, MaxPeers - 1);

    /// <summary>Sessions that this node begins by itself.</summary>
    public int MaxOutbound => Math.Max(1, MaxPeers - MaxInbound);
}
