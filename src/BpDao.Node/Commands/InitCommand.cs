using BpDao.Blockchain;
using BpDao.Db.Rocks;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao init</c>: a data directory that holds a chain's genesis block and its chainspec.</summary>
internal sealed class InitCommand : ICommand
{
    public string Name => "init";

    public string Usage => "--datadir D --chain FILE";

    public string Summary => "Prepare a data directory for a chain, or check that it holds that chain.";

    public IReadOnlyList<Type> Areas => [typeof(NodeOptions), typeof(DatabaseOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings)) return Task.FromResult(ExitCode.BadInput);
        NodeOptions options = settings.Get<NodeOptions>();
        if (options.DataDir.Length == 0) return Task.FromResult(console.Refuse("--datadir: missing"));
        if (options.Chain.Length == 0) return Task.FromResult(console.Refuse("--chain: missing"));
        using DataDirectory data = DataDirectory.Open(options.DataDir);
        ChainSpec spec = NodeChain.Load(options, data);
        using RocksDatabase db = RocksDatabase.Open(data.Combine("db"), settings.Get<DatabaseOptions>().ToRocks(1));
        if (!GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error)
            || !BlockTree.TryOpen(db, new StateStore(db, StateOptions.Default), genesis, out BlockTree? tree, out error))
        {
            throw new OperatorFault($"chain '{spec.Name}': {error}");
        }

        NodeChain.Keep(spec, data);
        console.Out.WriteLine($"{data.Path}: chain {spec.Name}, genesis {tree.Genesis.Hash}, head {tree.Head.Number}");
        return Task.FromResult(ExitCode.Success);
    }
}
