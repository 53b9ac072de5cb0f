using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;

namespace BpDao.Blockchain;

/// <summary>An access list that saves a message gas, and what the message comes to with it.</summary>
public sealed record BuiltAccessList(IReadOnlyList<AccessListEntry> AccessList, TransactionResult Result);

/// <summary><c>eth_createAccessList</c>: lists what a run touches, and runs again with the list until it does not grow, since
/// what code touches may depend on the gas that the list saves.</summary>
public sealed class AccessListBuilder(CallExecutor calls)
{
    // Code that goes by the gas it has left can touch something new each time.
    private const int MaxRuns = 10;

    /// <returns>Null when the state of that block is not kept.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled before an execution began.</exception>
    public BuiltAccessList? Build(Transaction message, CallSite site, CancellationToken cancellation = default)
    {
        using CallRun? run = calls.Open(site, cancellation);
        if (run is null) return null;

        Transaction with = message with { Sender = message.Sender };
        for (int runs = 1; ; runs++)
        {
            AccessListTracer tracer = new(with, run.Spec, run.Context.Coinbase);
            TransactionResult result = run.Execute(with, tracer);
            if (!result.IsValid || !tracer.FoundMore || runs == MaxRuns) return new BuiltAccessList(with.AccessList, result);
            with = with with { AccessList = tracer.Build(), Sender = message.Sender };
        }
    }
}

/// <summary>Collects the accounts and slots that an execution touches and that are not warm anyway (EIP-2929, EIP-2930).</summary>
internal sealed class AccessListTracer : ITxTracer
{
    private const byte Balance = 0x31, ExtCodeSize = 0x3b, ExtCodeCopy = 0x3c, ExtCodeHash = 0x3f, SLoad = 0x54, SStore = 0x55,
        Call = 0xf1, CallCode = 0xf2, DelegateCall = 0xf4, StaticCall = 0xfa, SelfDestruct = 0xff;

    private readonly SortedDictionary<Address, SortedSet<UInt256>> _touched = [];
    private readonly HashSet<Address> _warmAnyway;

    public AccessListTracer(Transaction message, IReleaseSpec spec, Address coinbase)
    {
        _warmAnyway = [.. Precompiles(spec), message.Sender ?? Address.Zero];
        if (spec.IsShanghai) _warmAnyway.Add(coinbase); // EIP-3651
        if (message.To is { } to) _warmAnyway.Add(to);
        foreach (AccessListEntry entry in message.AccessList) _touched.Add(entry.Address, [.. entry.StorageKeys]);
    }

    /// <summary>Something was touched that the message's own list does not have.</summary>
    public bool FoundMore { get; private set; }

    public bool TracesOpcodes => true;

    public IReadOnlyList<AccessListEntry> Build() => [.. _touched.Select(t => new AccessListEntry(t.Key, [.. t.Value]))];

    public void OnOpcode(in OpcodeStep step)
    {
        ReadOnlySpan<UInt256> stack = step.Stack;
        switch (step.Opcode)
        {
            case SLoad or SStore when stack.Length >= 1:
                Touch(step.Address, stack[^1]);
                break;
            case Balance or ExtCodeSize or ExtCodeCopy or ExtCodeHash or SelfDestruct when stack.Length >= 1:
                Touch(stack[^1]);
                break;
            case Call or CallCode or DelegateCall or StaticCall when stack.Length >= 2:
                Touch(stack[^2]);
                break;
        }
    }

    public void OnEnter(in FrameStart frame)
    {
    }

    public void OnExit(in FrameEnd frame)
    {
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt)
    {
    }

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }

    private void Touch(in UInt256 word)
    {
        Address address = new(word.ToHash().Bytes[12..]);
        if (!_warmAnyway.Contains(address)) SlotsOf(address);
    }

    private void Touch(in Address address, in UInt256 slot) => FoundMore |= SlotsOf(address).Add(slot);

    private SortedSet<UInt256> SlotsOf(in Address address)
    {
        if (_touched.TryGetValue(address, out SortedSet<UInt256>? slots)) return slots;
        FoundMore = true;
        return _touched[address] = [];
    }

    private static IEnumerable<Address> Precompiles(IReleaseSpec spec)
    {
        uint last = spec.IsPrague ? 0x11u : spec.IsCancun ? 0x0au : 0x09u;
        for (uint i = 1; i <= last; i++) yield return Address.FromNumber(i);
        if (spec.IsOsaka) yield return Address.FromNumber(0x100);
    }
}
