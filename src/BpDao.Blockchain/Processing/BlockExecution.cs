using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;

namespace BpDao.Blockchain;

/// <summary>One block while it executes: system calls, transactions one by one, withdrawals and rewards. Judging, building, tracing and
/// calling all go through here, so they cannot differ.</summary>
public sealed class BlockExecution
{
    private const ulong WeiPerGwei = 1_000_000_000;

    private readonly BlockHeader _header;
    private readonly IReleaseSpec _spec;
    private readonly BlockContext _context;
    private readonly TransactionProcessor _evm;
    private readonly Func<StateDiff, Hash256> _rootOf;
    private readonly List<Receipt> _receipts = [];

    /// <param name="header">The fields that code can see are final; roots, gas used and bloom are not looked at.</param>
    /// <param name="world">On the parent's state.</param>
    /// <param name="rootOf">State root of the parent with a diff; asked only before Byzantium, where receipts hold it.</param>
    public BlockExecution(
        BlockHeader header, IReleaseSpec spec, ulong chainId, WorldState world, IBlockHashProvider ancestors, TransactionProcessor evm,
        Func<StateDiff, Hash256> rootOf)
    {
        (_header, _spec, World, _evm, _rootOf) = (header, spec, world, evm, rootOf);
        _context = BlockContext.Of(header, chainId, ancestors);
    }

    public WorldState World { get; }

    public ulong GasUsed { get; private set; }

    public ulong BlobGasUsed { get; private set; }

    public ulong GasLeft => _header.GasLimit - GasUsed;

    public IReadOnlyList<Receipt> Receipts => _receipts;

    /// <summary>EIP-4788, EIP-2935. Their contracts may be missing or fail: the block goes on.</summary>
    public void Begin()
    {
        foreach (ForkSystemCall call in ForkSystemCalls.BeforeTransactions(_spec, _header))
        {
            _evm.ExecuteSystemCall(call.To, call.Input, _context, _spec, World);
        }
    }

    /// <summary>Executes the next transaction; a refused one leaves no trace and the block can go on without it.</summary>
    /// <param name="tx">With its sender known.</param>
    public TransactionResult Execute(Transaction tx, ITxTracer? tracer = null)
    {
        if (tx.GasLimit > GasLeft)
        {
            return TransactionResult.Refused(TxError.GasLimitAboveBlock, $"gas limit {tx.GasLimit}, {GasLeft} left in the block");
        }

        ulong blobGas = (ulong)tx.BlobVersionedHashes.Count * BlobGas.PerBlob;
        if (BlobGasUsed + blobGas > _spec.Blobs.Max * BlobGas.PerBlob && blobGas > 0)
        {
            return TransactionResult.Refused(TxError.TooManyBlobs, $"{(BlobGasUsed + blobGas) / BlobGas.PerBlob} blobs, at most {_spec.Blobs.Max}");
        }

        TransactionResult result = _evm.Execute(tx, _context, _spec, World, tracer);
        if (!result.IsValid) return result;
        GasUsed += result.GasUsed;
        BlobGasUsed += blobGas;
        _receipts.Add(new Receipt
        {
            Type = tx.Type,
            Success = result.Success,
            PostState = _spec.IsByzantium ? null : _rootOf(World.BuildDiff()),
            CumulativeGasUsed = GasUsed,
            GasUsed = result.GasUsed,
            Logs = result.Logs,
            Bloom = Bloom.Of(result.Logs),
            ContractAddress = result.ContractAddress,
        });
        return result;
    }

    /// <summary>Withdrawals (EIP-4895), the engine's rewards, requests (EIP-7685), and the sum of it all.</summary>
    public BlockVerdict Finish(IReadOnlyList<Withdrawal> withdrawals, IReadOnlyList<BlockReward> rewards, out ProcessedBlock? processed)
    {
        processed = null;
        foreach (Withdrawal withdrawal in withdrawals) World.Credit(withdrawal.Address, (UInt256)withdrawal.AmountGwei * WeiPerGwei);
        foreach (BlockReward reward in rewards) World.Credit(reward.Recipient, reward.Amount);
        World.CommitTransaction(_spec);

        ExecutionRequests requests = new();
        if (_spec.HasExecutionRequests && !requests.TryAddDeposits(_spec.DepositContract, _receipts)) return new(BlockError.InvalidRequestsHash, "a malformed deposit");
        foreach (ForkSystemCall call in ForkSystemCalls.AfterTransactions(_spec))
        {
            if (World.GetCode(call.To).IsEmpty) return new(BlockError.SystemCallFailed, $"{call.To} has no code");
            CallResult result = _evm.ExecuteSystemCall(call.To, call.Input, _context, _spec, World);
            if (!result.Success) return new(BlockError.SystemCallFailed, $"{call.To}: {result.Halt}");
            if (call.RequestType is { } type) requests.Add(type, result.Output.Span);
        }

        Bloom bloom = new();
        foreach (Receipt receipt in _receipts) bloom.Add(receipt.Bloom);
        processed = new ProcessedBlock(
            _receipts, World.BuildDiff(), GasUsed, BlobGasUsed, bloom, _spec.IsPrague ? requests.Hash() : null) { Requests = requests.All };
        return BlockVerdict.Valid;
    }
}
