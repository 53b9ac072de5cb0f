namespace BpDao.Node.Options;

/// <summary>Which chain, where its data lie, and whose node this is.</summary>
internal sealed record NodeOptions
{
    [Option("config", "path", "File with options as a JSON object; the environment and the command line win over it.")]
    public string Config { get; init; } = "";

    [Option("datadir", "path", "Directory of the database, the keystore and the lock; empty for a devnet means a temporary one.")]
    public string DataDir { get; init; } = "";

    [Option("chain", "path or name", "Chainspec of the network, or geth's genesis.json, or the name of a network in chainspec/.")]
    public string Chain { get; init; } = "";

    [Option("keystore", "path", "Directory of key files; empty means keystore inside the data directory.")]
    public string Keystore { get; init; } = "";

    [Option("account", "address", "Account whose key seals blocks and signs votes; empty means this node only follows.")]
    public string Account { get; init; } = "";

    [Option("password-file", "path", "File whose first line unlocks the account's key file; not needed where the chainspec publishes the key.")]
    public string PasswordFile { get; init; } = "";

    [Option("stop-with-input", "on/off", "Stop when standard input ends: a node does not outlive the program that started it.")]
    public bool StopWithInput { get; init; }
}
