using BpDao.Core;
using BpDao.Evm;
using BpDao.Evm.Tracing;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>Sees whether code calls a precompiled contract that its fork has and this build has not.</summary>
internal sealed class MissingPrecompileTracer : ITxTracer
{
    public bool Found { get; private set; }

    public bool TracesOpcodes => false;

    public void OnExit(in FrameEnd frame) => Found |= frame.Halt == HaltReason.PrecompileNotSupported;

    public void OnEnter(in FrameStart frame)
    {
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
