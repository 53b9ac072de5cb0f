using BpDao.Core;
using BpDao.Specs;
using BpDao.Specs.Files;

namespace BpDao.Consensus.Solo;

/// <summary>The object <c>engine.solo</c> of a chainspec.</summary>
/// <param name="Producer">The one account that seals.</param>
/// <param name="BlockTime">Seconds between blocks; zero seals on request only.</param>
internal sealed record SoloParameters(Address Producer, ulong BlockTime)
{
    public static SoloParameters Read(ChainSpec spec, SpecFaults faults)
    {
        SpecObject solo = new(spec.EngineParameters, $"engine.{SoloPlugin.Key}", faults);
        if (!solo.Has("producer")) solo.Fault("producer", "missing");
        SoloParameters parameters = new(solo.Address("producer") ?? default, solo.UInt64("blockTime") ?? 0);
        solo.RefuseOthers();
        if (spec.Forks.At(0, spec.Genesis.Timestamp) < Fork.Paris) faults.Add("forks.paris", "this engine needs it at genesis");
        return parameters;
    }
}
