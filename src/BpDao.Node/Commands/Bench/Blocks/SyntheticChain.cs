using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Db.Rocks;
using BpDao.State;
using BpDao.TxPool;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>A synthetic chain on disk: a database that ends with genesis, which is copied before every use, and files of the blocks that follow.</summary>
internal sealed class SyntheticChain
{
    private const ulong Seed = 0x9e3779b97f4a7c15;

    private readonly SyntheticSize _size;
    private readonly string _directory;
    private readonly Action<string> _note;
    private readonly Lazy<SyntheticAccounts> _accounts;

    public SyntheticChain(SyntheticSize size, string directory, Action<string> note)
    {
        (_size, _note) = (size, note);
        _directory = Path.Combine(directory, $"synthetic-v{DatabaseFormat.Version}-{size.Accounts}-{size.Blocks}-{size.BlockGas}");
        _accounts = new Lazy<SyntheticAccounts>(() => new SyntheticAccounts(size));
        if (!File.Exists(GenesisFile)) CreateBase();
    }

    private string GenesisFile => Path.Combine(_directory, "genesis.rlp");

    private string BaseDirectory => Path.Combine(_directory, "base");

    /// <summary>The chain at genesis in a database of its own.</summary>
    /// <param name="wrap">What stands between the chain and its database.</param>
    public BenchChain OpenCopy(string name, Func<IDb, IDb>? wrap = null)
    {
        string target = Path.Combine(_directory, name);
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(BaseDirectory)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));

        BlockCodec.TryDecode(File.ReadAllBytes(GenesisFile), out Block? genesis);
        // The database has the state; what to make it of is asked of empty databases only.
        StateChange nothing = StateStore.Compute(StateView.Empty, new StateDiff());
        IDb db = RocksDatabase.Open(target, new RocksOptions());
        return new BenchChain(wrap?.Invoke(db) ?? db, SyntheticGenesis.Specs, new GenesisBlock(genesis!, nothing));
    }

    /// <summary>The RLP of the load's blocks.</summary>
    public IReadOnlyList<byte[]> Blocks(SyntheticLoad load)
    {
        string file = Path.Combine(_directory, load.Name.Replace('/', '-') + ".blocks");
        if (!File.Exists(file))
        {
            _note($"building {_size.Blocks} blocks of {load.Name}");
            Write(file, Build(load));
        }

        return Read(file);
    }

    private void CreateBase()
    {
        _note($"creating {_size.Accounts} accounts");
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
        GenesisBlock genesis = SyntheticGenesis.Create(_size, _accounts.Value);
        new BenchChain(RocksDatabase.Open(BaseDirectory, new RocksOptions()), SyntheticGenesis.Specs, genesis).Dispose();
        File.WriteAllBytes(GenesisFile, BlockCodec.Encode(genesis.Block));
    }

    private List<byte[]> Build(SyntheticLoad load)
    {
        using BenchChain chain = OpenCopy("build");
        using TxPool.TxPool pool = new(
            new ChainHeadInfo(chain.Tree, chain.States, SyntheticGenesis.Specs), new EthereumEcdsa(Secp256k1.Default), new TxPoolOptions(),
            NullLogger<TxPool.TxPool>.Instance);
        BlockProducer producer = new(
            chain.Tree, chain.States, chain.Processor, SyntheticGenesis.Specs, chain.Rules, pool, chain.Executed, NullLogger<BlockProducer>.Instance);
        List<byte[]> blocks = [];
        foreach (Transaction[] transactions in Transactions(load).Chunk((int)(_size.BlockGas / load.GasEach)))
        {
            BlockHeader parent = chain.Tree.Head;
            PayloadAttributes attributes = new()
            {
                Timestamp = parent.Timestamp + 12,
                Beneficiary = _accounts.Value.Addresses[0],
                GasLimit = parent.GasLimit,
                IncludePool = false,
                LeadingTransactions = transactions,
            };
            BuiltBlock built = producer.Build(parent, attributes, CancellationToken.None);
            BlockVerdict verdict = built.Block is { } block ? chain.Commit(block, CancellationToken.None) : built.Verdict;
            if (!verdict.IsValid || built.Receipts.Any(r => !r.Success)) throw new InvalidOperationException($"A block of {load.Name} is not as it was meant: {verdict}");
            blocks.Add(BlockCodec.Encode(built.Block!));
        }

        return blocks;
    }

    private Transaction[] Transactions(SyntheticLoad load)
    {
        Transaction[] transactions = new Transaction[_size.Blocks * (int)(_size.BlockGas / load.GasEach)];
        EthereumEcdsa ecdsa = new(Secp256k1.Default);
        Parallel.For(0, transactions.Length, i =>
        {
            SyntheticAccounts accounts = _accounts.Value;
            int recipient = (int)(Math.BigMul((ulong)i + 1, Seed, out ulong low) ^ low) & int.MaxValue;
            Transaction unsigned = load.Pay(accounts.Addresses[recipient % accounts.Addresses.Count]) with
            {
                Type = TxType.DynamicFee,
                ChainId = SyntheticGenesis.Specs.ChainId,
                Nonce = (ulong)(i / accounts.Keys.Count),
                MaxFeePerGas = 100 * (UInt256)BaseFee.Initial,
                MaxPriorityFeePerGas = 1,
            };
            transactions[i] = ecdsa.Sign(unsigned, accounts.Keys[i % accounts.Keys.Count]);
        });
        return transactions;
    }

    private static void Write(string file, List<byte[]> blocks)
    {
        string partial = file + ".partial";
        using (BinaryWriter writer = new(File.Create(partial)))
        {
            foreach (byte[] block in blocks)
            {
                writer.Write(block.Length);
                writer.Write(block);
            }
        }

        File.Move(partial, file);
    }

    private static List<byte[]> Read(string file)
    {
        List<byte[]> blocks = [];
        using BinaryReader reader = new(File.OpenRead(file));
        while (reader.BaseStream.Position < reader.BaseStream.Length) blocks.Add(reader.ReadBytes(reader.ReadInt32()));
        return blocks;
    }
}
