using System.Collections.Concurrent;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm.Precompiles;
using BpDao.Evm.Tracing;

namespace BpDao.Evm;

/// <summary>Executes transactions and calls on a <see cref="WorldState"/>. One serves a whole node: it is thread-safe as long as
/// each thread brings its own world, and it keeps prepared code and frames for the next execution.</summary>
public sealed class TransactionProcessor(ISecp256k1 curve, IModularExponentiation powers)
{
    private const long CodeCacheBytesPerGeneration = 64 << 20;

    private readonly ConcurrentBag<VirtualMachine> _idle = [];
    private readonly CodeCache _codes = new(CodeCacheBytesPerGeneration);
    private readonly PrecompileTable _precompiles = new(curve, powers);
    private readonly AuthorizationList _authorizations = new(new EthereumEcdsa(curve));

    /// <summary>With the implementations that this process chose.</summary>
    public static TransactionProcessor Create() => new(Secp256k1.Default, ModularExponentiation.Default);

    /// <summary>Executes a transaction and commits it to <paramref name="world"/>, or refuses it and leaves the world as it was.</summary>
    /// <param name="tx">With its <see cref="Transaction.Sender"/> known.</param>
    /// <param name="tracer">Null: none.</param>
    /// <remarks>Whether the block has gas left for the transaction is for its caller to check; here only the limit of an empty block counts.</remarks>
    /// <exception cref="ArgumentException">The sender is not known.</exception>
    public TransactionResult Execute(
        Transaction tx, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null, ExecutionOptions options = ExecutionOptions.None)
    {
        Address sender = tx.Sender ?? throw new ArgumentException("The sender must be recovered before execution.", nameof(tx));
        IntrinsicGas intrinsic = IntrinsicGas.Of(tx, spec);
        if (TransactionRules.FirstBroken(tx, sender, intrinsic, block, spec, world, options) is { } refusal) return refusal;

        TransactionFees fees = TransactionFees.Of(tx, sender, block, spec);
        if (!options.HasFlag(ExecutionOptions.NoFeePayment)) fees.TakeFromSender(tx, world);
        ulong nonce = world.GetNonce(sender);
        world.SetNonce(sender, nonce + 1);
        Address target = tx.To ?? ContractAddress.OfNonce(sender, nonce);
        WarmUp(tx, sender, target, block, spec, world);
        _authorizations.Apply(tx, block, spec, world);

        VirtualMachine vm = Rent();
        vm.Begin(block, spec, world, tracer, sender, fees.Price, tx.BlobVersionedHashes);
        if (spec.IsPrague && Delegation.TryParse(world.GetCode(target).Span, out Address delegateTo)) world.WarmUp(world.Load(delegateTo));
        long gas = (long)Math.Min(tx.GasLimit - intrinsic.Standard, long.MaxValue);
        Frame frame = tx.IsCreation
            ? vm.Create(sender, target, tx.Value, tx.Data.Span, gas)
            : vm.Call(sender, target, tx.Value, tx.Data.Span, gas);

        ulong spent = intrinsic.Standard + (ulong)(gas - frame.Gas);
        ulong refund = Math.Min((ulong)Math.Max(world.Refund, 0), spent / (ulong)vm.Costs.RefundQuotient);
        ulong used = Math.Max(spent - refund, intrinsic.Floor); // EIP-7623: the floor is applied after refunds
        if (!options.HasFlag(ExecutionOptions.NoFeePayment)) fees.Settle(tx, used, block, spec, world);

        TransactionResult result = new()
        {
            Halt = frame.Halt,
            GasUsed = used,
            GasRefunded = refund,
            Output = frame.OutputSpan.ToArray(),
            Logs = [.. world.Logs],
            ContractAddress = tx.IsCreation ? target : null,
            EffectiveGasPrice = fees.Price,
            BlobGasUsed = fees.BlobGas,
        };
        Return(vm);
        world.CommitTransaction(spec);
        return result;
    }

    /// <summary>Makes a message call and leaves its changes in the running transaction of <paramref name="world"/>, to be committed or
    /// restored by the caller; a failed call has undone its own.</summary>
    public CallResult Call(in CallRequest request, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
    {
        long gas = (long)Math.Min(request.Gas, long.MaxValue);
        if (world.GetBalance(request.From) < request.Value) return new CallResult { Halt = HaltReason.InsufficientBalance };
        Address target = request.To ?? request.CreateAt ?? ContractAddress.OfNonce(request.From, world.GetNonce(request.From));
        world.WarmUp(world.Load(request.From));
        world.WarmUp(world.Load(target));
        if (spec.IsShanghai) world.WarmUp(world.Load(block.Coinbase));

        long refundBefore = world.Refund;
        int logsBefore = world.Logs.Count;
        VirtualMachine vm = Rent();
        vm.Begin(block, spec, world, tracer, request.From, request.GasPrice, []);
        Frame frame = request.To is null
            ? vm.Create(request.From, target, request.Value, request.Input.Span, gas)
            : vm.Call(request.From, target, request.Value, request.Input.Span, gas);
        CallResult result = new()
        {
            Halt = frame.Halt,
            GasUsed = (ulong)(gas - frame.Gas),
            Refund = world.Refund - refundBefore,
            Output = frame.OutputSpan.ToArray(),
            Logs = [.. world.Logs.Skip(logsBefore)],
            ContractAddress = request.To is null ? target : null,
        };
        Return(vm);
        return result;
    }

    /// <summary>Makes a message call and undoes whatever it did: for reading contracts.</summary>
    public CallResult ReadOnlyCall(in CallRequest request, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
    {
        Snapshot before = world.TakeSnapshot();
        CallResult result = Call(request, block, spec, world, tracer);
        world.Restore(before);
        return result;
    }

    /// <summary>Makes a call of the protocol from <see cref="ForkSystemCalls.Caller"/> and commits it. Where no code is, nothing happens and it succeeds (EIP-4788).</summary>
    public CallResult ExecuteSystemCall(
        in Address to, ReadOnlyMemory<byte> input, BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer = null)
    {
        if (!world.Load(to).HasCode) return new CallResult();
        CallRequest request = new() { From = ForkSystemCalls.Caller, To = to, Input = input, Gas = ForkSystemCalls.Gas };
        CallResult result = Call(request, block, spec, world, tracer);
        world.CommitTransaction(spec);
        return result;
    }

    /// <summary>EIP-2929, 2930, 3651.</summary>
    private static void WarmUp(Transaction tx, in Address sender, in Address target, BlockContext block, IReleaseSpec spec, WorldState world)
    {
        if (!spec.IsBerlin) return;
        world.WarmUp(world.Load(sender));
        world.WarmUp(world.Load(target));
        if (spec.IsShanghai) world.WarmUp(world.Load(block.Coinbase));
        foreach (AccessListEntry entry in tx.AccessList)
        {
            AccountState account = world.Load(entry.Address);
            world.WarmUp(account);
            foreach (UInt256 key in entry.StorageKeys) world.WarmUp(account, ref world.LoadSlot(account, key, out int index), index);
        }
    }

    private VirtualMachine Rent() => _idle.TryTake(out VirtualMachine? idle) ? idle : new VirtualMachine(_codes, _precompiles);

    private void Return(VirtualMachine vm)
    {
        vm.End();
        _idle.Add(vm);
    }
}
