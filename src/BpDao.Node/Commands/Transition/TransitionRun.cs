using System.Globalization;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Commands.Transition;

/// <summary>Executes the transactions as one block would, but goes on past those that cannot be in it.</summary>
internal sealed class TransitionRun(TransitionOptions options)
{
    private readonly TransactionProcessor _evm = TransactionProcessor.Create();
    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);
    private readonly IReleaseSpec _spec = ReleaseSpec.Of(options.Fork);

    public TransitionResult Execute(PostAlloc pre, TransitionEnvironment environment, IReadOnlyList<Transaction?> transactions)
    {
        using StateView view = pre.OpenView();
        BlockExecution block = new(
            environment.Header, _spec, options.ChainId, new WorldState(view), environment, _evm, diff => StateStore.Compute(view, diff).Root);
        block.Begin();
        List<Transaction> included = [];
        List<Rejection> rejected = [];
        for (int i = 0; i < transactions.Count; i++)
        {
            if (RefusalOf(block, transactions[i], included.Count) is { } reason) rejected.Add(new Rejection(i, reason));
            else included.Add(transactions[i]!);
            if (environment.MissingHash is { } number) throw TransitionFault.MissingBlockHash(number);
        }

        IReadOnlyList<BlockReward> rewards = options.Reward is { } reward ? environment.Rewards(reward) : [];
        BlockVerdict verdict = block.Finish(environment.Withdrawals, rewards, out ProcessedBlock? processed);
        if (processed is null) throw TransitionFault.Evm(verdict.ToString());
        return new TransitionResult(
            environment.Header, _spec, environment.Withdrawals, processed, included, rejected,
            StateStore.Compute(view, processed.Diff).Root, pre.After(processed.Diff));
    }

    /// <summary>Executes one; null when it is in the block.</summary>
    private string? RefusalOf(BlockExecution block, Transaction? tx, int index)
    {
        if (tx is null) return RejectionTexts.Undecodable;
        if (!_ecdsa.TryRecoverSender(tx, out _, allowHighS: !_spec.IsHomestead)) return RejectionTexts.InvalidSignature;
        using StreamWriter? trace = options.Trace ? OpenTrace(tx, index) : null;
        TransactionResult result = block.Execute(tx, trace is null ? null : new Eip3155Tracer(trace));
        if (!result.IsValid) return RejectionTexts.Of(result);
        trace?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"output\":\"{Convert.ToHexStringLower(result.Output.Span)}\",\"gasUsed\":\"0x{result.GasUsed:x}\"}}"));
        return null;
    }

    private StreamWriter OpenTrace(Transaction tx, int index)
    {
        string path = Path.Combine(options.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"trace-{index}-{tx.Hash}.jsonl"));
        try
        {
            return new StreamWriter(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TransitionFault.InputOutput($"{path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
