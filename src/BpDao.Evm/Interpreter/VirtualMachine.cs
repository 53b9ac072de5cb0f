using System.Diagnostics;
using BpDao.Core;
using BpDao.Evm.Gas;
using BpDao.Evm.Instructions;
using BpDao.Evm.Precompiles;
using BpDao.Evm.Tracing;

namespace BpDao.Evm;

/// <summary>Runs one message call or creation with everything it calls. Kept and used again: after the first executions it allocates
/// nothing for a frame.</summary>
internal sealed unsafe class VirtualMachine(CodeCache codes, PrecompileTable precompiles)
{
    /// <summary>Yellow Paper §9.1: a frame this deep calls nobody.</summary>
    public const int MaxDepth = 1024;

    private readonly Frame?[] _frames = new Frame?[MaxDepth + 1];
    private readonly PinnedBuffer _input = new();
    private int _depth;
    private UInt256? _blobBaseFee;

    /// <summary>Where precompiled contracts leave what they return.</summary>
    public PinnedBuffer PrecompileOutput { get; } = new();

    public BlockContext Block { get; private set; } = null!; // Begin sets these before anything runs

    public IReleaseSpec Spec { get; private set; } = null!;

    public WorldState World { get; private set; } = null!;

    public InstructionSet Instructions { get; private set; } = null!;

    public PrecompileSet Precompiles { get; private set; } = null!;

    public GasCosts Costs { get; private set; } = null!;

    public ITxTracer? Tracer { get; private set; }

    public Address Origin { get; private set; }

    public UInt256 GasPrice { get; private set; }

    public IReadOnlyList<Hash256> BlobHashes { get; private set; } = [];

    /// <summary>A series of big numbers for an instruction of 2 gas: summed once an execution, and only if asked for.</summary>
    public UInt256 BlobBaseFee => _blobBaseFee ??= BlobGas.BaseFee(Block.ExcessBlobGas, Spec.Blobs);

    public Frame Current => _frames[_depth]!;

    /// <summary>Sets what holds for the whole execution.</summary>
    public void Begin(
        BlockContext block, IReleaseSpec spec, WorldState world, ITxTracer? tracer,
        in Address origin, in UInt256 gasPrice, IReadOnlyList<Hash256> blobHashes)
    {
        Block = block;
        Spec = spec;
        World = world;
        Tracer = tracer;
        Origin = origin;
        GasPrice = gasPrice;
        BlobHashes = blobHashes;
        _blobBaseFee = null;
        Instructions = InstructionSet.Of(spec.Fork);
        Precompiles = precompiles.Of(spec.Fork);
        Costs = Instructions.Gas;
    }

    /// <summary>Lets go of the execution's objects, so that a pooled machine keeps no world alive.</summary>
    public void End()
    {
        World = null!;
        Block = null!;
        Tracer = null;
        BlobHashes = [];
        foreach (Frame? frame in _frames)
        {
            if (frame is null) break; // frames are made from the top down
            frame.Account = null!;
            frame.Trim();
        }
    }

    /// <summary>Calls <paramref name="to"/>; the outermost frame tells how it went. The value is taken from the caller.</summary>
    public Frame Call(in Address from, in Address to, in UInt256 value, ReadOnlySpan<byte> input, long gas)
    {
        _depth = 0;
        byte* data = _input.Fill(input);
        AccountState recipient = World.Load(to);
        Frame frame = Prepare(FrameKind.Call, from, recipient, to, value, data, input.Length, gas, isStatic: false);
        Debug.Assert(frame.Depth == 0);
        if (Precompiles.Find(to) is { } precompile)
        {
            CallPrecompile(frame, precompile);
            return frame;
        }

        AccountState codeHolder = recipient;
        if (Costs.HasDelegations && CodeOf(recipient).DelegatesTo is { } target) codeHolder = World.Load(target);
        frame.CodeAddress = codeHolder.Address;
        frame.Start(CodeOf(codeHolder), gas);
        TransferValue(frame);
        if (frame.Code.Length == 0)
        {
            PassOver(frame);
            return frame;
        }

        return Run(frame);
    }

    /// <summary>Creates a contract; the outermost frame tells how it went. The address is warm and free of a contract, or the creation fails.</summary>
    public Frame Create(in Address from, in Address at, in UInt256 value, ReadOnlySpan<byte> initCode, long gas)
    {
        _depth = 0;
        AccountState created = World.Load(at);
        Frame frame = Prepare(FrameKind.Create, from, created, at, value, input: null, inputLength: 0, gas, isStatic: false);
        frame.Start(frame.PrepareInitCode(initCode), gas);
        if (Creation.Collides(created))
        {
            frame.Halt = HaltReason.AddressCollision;
            frame.Gas = 0;
            return frame;
        }

        Creation.BeginAccount(this, frame);
        return Run(frame);
    }

    /// <summary>The code of an account, prepared.</summary>
    public CodeInfo CodeOf(AccountState account) => account.Code ??= account.HasCode ? codes.Get(account, World) : CodeInfo.Empty;

    /// <summary>The frame for a call from <paramref name="caller"/>, filled in but for its code.</summary>
    public Frame Enter(
        Frame caller, FrameKind kind, in Address from, AccountState account, in Address codeAddress, in UInt256 value,
        byte* input, int inputLength, long gas, bool isStatic)
    {
        _depth = caller.Depth + 1;
        return Prepare(kind, from, account, codeAddress, value, input, inputLength, gas, isStatic);
    }

    /// <summary>Undoes <see cref="Enter"/> for a call that ended without running code.</summary>
    public void LeaveAtOnce() => _depth--;

    /// <summary>Moves the frame's value from caller to account; whoever starts the frame has checked that it is there.</summary>
    public void TransferValue(Frame frame)
    {
        if (frame.Kind is FrameKind.Call or FrameKind.Create or FrameKind.Create2)
        {
            if (!frame.Value.IsZero && !World.TryDebit(World.Load(frame.Caller), frame.Value))
            {
                throw new InvalidOperationException("A frame was entered with more value than its caller has.");
            }

            World.Credit(frame.Account, frame.Value);
        }
        else if (frame.Kind == FrameKind.StaticCall)
        {
            World.Touch(frame.Account);
        }
    }

    /// <summary>Ends a frame that has no code to run.</summary>
    public void PassOver(Frame frame)
    {
        Tracer?.OnEnter(Describe(frame));
        Tracer?.OnExit(End(frame));
    }

    /// <summary>Runs a precompiled contract as the whole of a frame.</summary>
    public void CallPrecompile(Frame frame, Precompile precompile)
    {
        frame.Start(CodeInfo.Empty, frame.GasAtStart);
        Tracer?.OnEnter(Describe(frame));
        TransferValue(frame);
        frame.Halt = precompile.Run(frame, PrecompileOutput);
        if (frame.Halt != HaltReason.None)
        {
            frame.Gas = 0;
            frame.OutputLength = 0;
            World.Restore(frame.Snapshot);
        }

        Tracer?.OnExit(End(frame));
    }

    private Frame Run(Frame outermost)
    {
        if (Tracer is { TracesOpcodes: true } tracer) Run(new Traced(tracer));
        else Run(default(Untraced));
        return outermost;
    }

    private void Run<TTracer>(TTracer tracer)
        where TTracer : struct, IOpcodeTracer
    {
        Tracer?.OnEnter(Describe(Current));
        while (true)
        {
            Frame frame = Current;
            Interpreter.Run(frame, tracer);
            if (!ReferenceEquals(frame, Current))
            {
                Tracer?.OnEnter(Describe(Current));
                continue;
            }

            Settle(frame);
            Tracer?.OnExit(End(frame));
            if (_depth == 0) return;
            _depth--;
            Calls.Resume(Current, frame);
        }
    }

    /// <summary>Stores what a creation deploys and undoes what a failed frame did.</summary>
    private void Settle(Frame frame)
    {
        if (frame.Halt == HaltReason.None && frame.IsCreation) frame.Halt = Creation.Deploy(this, frame);
        if (frame.Halt == HaltReason.None) return;
        World.Restore(frame.Snapshot);
        if (frame.Halt == HaltReason.Reverted) return;
        frame.Gas = 0;
        frame.OutputLength = 0;
    }

    private Frame Prepare(
        FrameKind kind, in Address from, AccountState account, in Address codeAddress, in UInt256 value,
        byte* input, int inputLength, long gas, bool isStatic)
    {
        Frame frame = _frames[_depth] ??= new Frame(this, _depth);
        frame.Kind = kind;
        frame.Caller = from;
        frame.Account = account;
        frame.CodeAddress = codeAddress;
        frame.Value = value;
        frame.Input = input;
        frame.InputLength = inputLength;
        frame.GasAtStart = gas;
        frame.IsStatic = isStatic;
        frame.Snapshot = World.TakeSnapshot();
        return frame;
    }

    private static FrameStart Describe(Frame frame) => new()
    {
        Kind = frame.Kind,
        Depth = frame.Depth,
        From = frame.Caller,
        To = frame.Account.Address,
        CodeAddress = frame.CodeAddress,
        Value = frame.Value,
        Gas = frame.GasAtStart,
        Input = frame.IsCreation ? frame.Code.Bytes : frame.InputSpan,
    };

    private static FrameEnd End(Frame frame) => new()
    {
        Depth = frame.Depth,
        Halt = frame.Halt,
        GasUsed = frame.GasAtStart - frame.Gas,
        Output = frame.OutputSpan,
    };
}
