namespace BpDao.Node.Options;

/// <summary>A chain of several producers on one machine.</summary>
internal sealed record DevnetOptions
{
    [Option("producers", "nodes", "Producers of a chain made at start; excludes --chain.", Min = 1, Max = 64)]
    public int Producers { get; init; } = 4;

    [Option("block-time", "seconds", "Least time between blocks of a chain made at start; excludes --chain.", Min = 1, Max = 3600)]
    public int BlockTime { get; init; } = 1;

    [Option("processes", "nodes", "Nodes as processes of their own, connected over loopback; 0 runs all nodes in this process.", Max = 64)]
    public int Processes { get; init; }

    [Option("prepare", "on/off", "With --processes: write the directories and configurations of the nodes, start none, and end.")]
    public bool Prepare { get; init; }

    [Option("hosts", "address or name", "With --prepare: where the other nodes reach a node; {i} stands for its number.")]
    public string Hosts { get; init; } = "127.0.0.1";
}
