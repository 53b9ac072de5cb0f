using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;

namespace BpDao.EthereumTests.Subset;

/// <summary>Notes the numbers of precompiled contracts that answered a call.</summary>
internal sealed class PrecompileCalls : ITxTracer
{
    private readonly Stack<Address> _frames = new();
    private readonly HashSet<uint> _answered = [];

    /// <summary>Small addresses only: what a fork does not have, a call finds empty, and this cannot tell it from a contract.</summary>
    public IReadOnlyCollection<uint> Answered => _answered;

    public bool TracesOpcodes => false;

    public void OnEnter(in FrameStart frame) => _frames.Push(frame.CodeAddress);

    public void OnExit(in FrameEnd frame)
    {
        UInt256 number = UInt256.FromBigEndian(_frames.Pop().Bytes);
        if (frame.Halt == HaltReason.None && number <= 0x100ul) _answered.Add((uint)number.L0);
    }

    public void OnOpcode(in OpcodeStep step)
    {
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt)
    {
    }

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }
}
