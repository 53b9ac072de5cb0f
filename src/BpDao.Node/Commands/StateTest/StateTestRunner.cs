using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.Evm.Tracing;
using BpDao.Node.Commands.Conformance;
using BpDao.State;

namespace BpDao.Node.Commands.StateTest;

/// <summary>What came of one case.</summary>
/// <param name="Error">Null: it passed.</param>
internal sealed record StateTestOutcome(StateTestCase Case, string? Error, Hash256 StateRoot, Hash256 LogsHash, TransactionResult? Result)
{
    public bool Passed => Error is null;
}

/// <summary>Executes cases and compares. Thread-safe.</summary>
internal sealed class StateTestRunner
{
    private readonly TransactionProcessor _processor = TransactionProcessor.Create();
    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);

    public StateTestOutcome Run(StateTestCase test, ITxTracer? tracer)
    {
        ForkRequirements.Check(test.Spec.Fork);
        using StateView pre = OpenPreState(test);
        WorldState world = new(pre);
        string? refusal = TryTransaction(test, out Transaction? tx);
        TransactionResult? result = null;
        Hash256 logsHash = LogsHash.Of([]);
        if (tx is not null)
        {
            result = _processor.Execute(tx, test.Block, test.Spec, world, tracer);
            if (result.IsValid) logsHash = LogsHash.Of(result.Logs);
            else refusal = $"{result.Error}: {result.Detail}";
        }

        Hash256 root = StateStore.Compute(pre, world.BuildDiff()).Root;
        if (root != test.StateRoot && (!test.Spec.IsEip158 || refusal is not null))
        {
            // A mining reward of zero touches the coinbase. It matters before EIP-158, when that is enough for an account; old tests
            // pay it even when the transaction was refused, new ones do not.
            world.Credit(test.Block.Coinbase, UInt256.Zero);
            world.CommitTransaction(test.Spec);
            root = StateStore.Compute(pre, world.BuildDiff()).Root;
        }

        string? error = Judge(test, tx, refusal, result, root, logsHash);
        if (error is not null && result is { IsValid: true }) error += PostStateDifference.Describe(test, world);
        return new StateTestOutcome(test, error, root, logsHash, result);
    }

    /// <summary>The signed transaction where the test has it, else the one of its fields. Null with the reason when it cannot even be read.</summary>
    private string? TryTransaction(StateTestCase test, out Transaction? tx)
    {
        tx = test.Transaction;
        if (test.TxBytes is not { } bytes) return tx is null ? "a field of the transaction does not fit its type" : null;
        if (!TransactionCodec.TryDecode(bytes.Span, out tx)) return "the transaction cannot be decoded";
        bool recovered = _ecdsa.TryRecoverSender(tx!, out Address sender, allowHighS: !test.Spec.IsHomestead);
        if (recovered && (test.Transaction is not { Sender: { } named } || named == sender)) return null;
        tx = null;
        return recovered ? $"recovered {sender} as its sender" : "the signature is invalid";
    }

    private static string? Judge(
        StateTestCase test, Transaction? tx, string? refusal, TransactionResult? result, in Hash256 root, in Hash256 logsHash)
    {
        if (test.ExpectedException is { } expected && refusal is null) return $"executed, but expected {expected}";
        if (test.ExpectedException is null && refusal is not null) return $"refused: {refusal}";
        if (test.ExpectedException is { } reason && tx is not null && !TxErrorNames.Match(reason, result, tx.Type)) return $"expected {reason}, refused: {refusal}";
        if (root != test.StateRoot) return $"state root {root}, expected {test.StateRoot}";
        return logsHash != test.LogsHash ? $"logs hash {logsHash}, expected {test.LogsHash}" : null;
    }

    private static StateView OpenPreState(StateTestCase test) => StateView.Empty.With(TestAccount.StateOf(test.Pre));
}
