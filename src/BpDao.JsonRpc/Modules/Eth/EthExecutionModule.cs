using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Evm;

namespace BpDao.JsonRpc;

/// <summary><c>eth_call</c>, <c>eth_estimateGas</c>, <c>eth_createAccessList</c>: executions that leave nothing behind.</summary>
/// <param name="gasCap">Most gas that any of them gets.</param>
internal sealed class EthExecutionModule(ChainQuestions questions, CallExecutor calls, ulong gasCap) : IRpcModule
{
    private readonly GasEstimator _estimator = new(calls);
    private readonly AccessListBuilder _accessLists = new(calls);

    private delegate RpcResult Execution(Transaction message, CallSite site, CancellationToken cancellation);

    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_call", 1, 4, call => OnSite(call, Call)),
        new("eth_estimateGas", 1, 4, call => OnSite(call, Estimate)),
        new("eth_createAccessList", 1, 3, call => OnSite(call, CreateAccessList)),
    ];

    /// <summary>Reads (transaction, block, state overrides, block overrides).</summary>
    private RpcResult OnSite(RpcCall call, Execution execute)
    {
        RpcParameters p = call.Parameters;
        Dictionary<Address, AccountOverride> accounts = [];
        BlockOverrides overrides = new();
        if (!p.Object(0, out JsonElement json) || !p.Check(0, CallArguments.Read(json, out CallArguments arguments))
            || !p.Block(1, out BlockParameter block)
            || (!p.IsAbsent(2) && !p.Check(2, StateOverrideReader.Read(p[2], out accounts)))
            || (!p.IsAbsent(3) && !p.Check(3, BlockOverrideReader.Read(p[3], out overrides))))
        {
            return p.Fault;
        }

        if (questions.Find(block) is not { } header) return questions.NotFound(block);
        if (block.Kind == BlockParameterKind.Pending) header = questions.PendingHeader();
        Transaction message = arguments.ToTransaction(gasCap, questions.Specs.ChainId);
        try
        {
            return execute(message, new CallSite(header, accounts, overrides), call.Deadline.Token);
        }
        catch (OperationCanceledException) when (call.Deadline.HasPassed && !call.Cancellation.IsCancellationRequested)
        {
            return RpcError.Server($"execution aborted (timeout = {call.Deadline.Limit.TotalSeconds}s)");
        }
    }

    private RpcResult Call(Transaction message, CallSite site, CancellationToken cancellation)
    {
        if (calls.Call(message, site, cancellation: cancellation) is not { } result) return ChainQuestions.StateUnavailable;
        return CallFault.Of(result) is { } fault ? fault : RpcResult.Of(result.Output);
    }

    private RpcResult Estimate(Transaction message, CallSite site, CancellationToken cancellation)
    {
        if (_estimator.Estimate(message, site, cancellation) is not { } estimate) return ChainQuestions.StateUnavailable;
        if (estimate.Failure is not { } failure) return RpcResult.Of(estimate.Gas);
        bool tooLittle = failure.IsValid
            ? failure.Halt == HaltReason.OutOfGas
            : failure.Error is TxError.IntrinsicGasTooLow or TxError.FloorGasTooLow;
        if (tooLittle) return RpcError.Server($"gas required exceeds allowance ({estimate.Allowance})");
        return CallFault.Of(failure)!;
    }

    private RpcResult CreateAccessList(Transaction message, CallSite site, CancellationToken cancellation)
    {
        if (_accessLists.Build(message, site, cancellation) is not { } built) return ChainQuestions.StateUnavailable;
        TransactionResult result = built.Result;
        if (!result.IsValid) return CallFault.Of(result)!;
        return RpcResult.Of(w =>
        {
            w.WriteStartObject();
            TransactionJson.WriteAccessList(w, built.AccessList);
            if (!result.Success) w.WriteString("error"u8, CallFault.Describe(result.Halt));
            w.WriteQuantity("gasUsed"u8, result.GasUsed);
            w.WriteEndObject();
        });
    }
}
