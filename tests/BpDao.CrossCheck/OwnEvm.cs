using System.Text;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.Testing;

namespace BpDao.CrossCheck;

/// <summary>Our side. What a case came to is one line of text, the same on both sides:
/// <c>done|failed gas N output 0x… logs address/topic/…/data,… state address:nonce:balance:code:slot=value,…;…</c> with hex numbers but
/// for gas and nonce, accounts and slots in order; or <c>refused …</c>, after which the reason is free.</summary>
internal sealed class OwnEvm
{
    private readonly TransactionProcessor _processor = TransactionProcessor.Create();

    /// <param name="rules">Whose rules to follow: the case's own fork, unless the comparison itself is tested.</param>
    public string Outcome(ProgramCase program, Fork rules)
    {
        TestState state = program.State();
        WorldState world = new(state);
        TransactionResult result = _processor.Execute(program.Transaction, program.Block, ReleaseSpec.Of(rules), world);
        if (!result.IsValid) return $"refused {result.Error}: {result.Detail}";
        string logs = string.Join(',', result.Logs.Select(Describe));
        return $"{(result.Success ? "done" : "failed")} gas {result.GasUsed} output {Hex.Encode(result.Output.Span)} logs {logs} state {Describe(state.After(world.BuildDiff()))}";
    }

    private static string Describe(LogEntry log) =>
        $"{log.Address}/{string.Join('/', log.Topics)}/{Hex.Encode(log.Data.Span)}";

    private static string Describe(TestState state)
    {
        StringBuilder text = new();
        foreach (TestAccount a in state.Accounts.OrderBy(a => a.Address))
        {
            if (text.Length > 0) text.Append(';');
            text.Append($"{a.Address}:{a.Nonce}:{a.Balance.ToHexQuantity()[2..]}:{Hex.Encode(a.Code.Span)}:");
            text.AppendJoin(',', a.Storage.Where(s => !s.Value.IsZero).OrderBy(s => s.Key).Select(s => $"{s.Key.ToHash().ToString()[2..]}={s.Value.ToHexQuantity()[2..]}"));
        }

        return text.ToString();
    }
}
