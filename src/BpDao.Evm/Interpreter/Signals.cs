namespace BpDao.Evm;

/// <summary>What an instruction can tell the loop besides "go on" (<see cref="HaltReason.None"/>) and a reason to halt.</summary>
internal static class Signals
{
    /// <summary>The frame is done and did not fail.</summary>
    public const HaltReason Finished = (HaltReason)255;

    /// <summary>Another frame begins; this one goes on when it has ended.</summary>
    public const HaltReason Entered = (HaltReason)254;
}
