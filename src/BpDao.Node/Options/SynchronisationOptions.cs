using BpDao.Core;
using BpDao.Synchronization;

namespace BpDao.Node.Options;

/// <summary>How this node comes to the head of its peers, and what it believes of them.</summary>
internal sealed record SynchronisationOptions : IValidatedOptions
{
    [Option("sync", "mode", "How an empty node comes to the head: full executes every block, snap downloads the state of a recent one.", Choices = ["full", "snap"])]
    public string Mode { get; init; } = "full";

    [Option("por.checkpoint", "NUMBER:HASH", "A recent block known to be right; needed when the head is older than the trusting period.")]
    public string Checkpoint { get; init; } = "";

    [Option("por.trusting-period", "seconds", "Age of a head that peers are still believed at; -1 is half the unbonding time (never asked where keys are published), 0 never asks.", Min = -1, Max = 1L << 32)]
    public long TrustingPeriod { get; init; } = -1;

    public IEnumerable<string> Faults()
    {
        if (Checkpoint.Length != 0 && !Synchronization.Checkpoint.TryParse(Checkpoint, out _)) yield return $"por.checkpoint: '{Checkpoint}' is not NUMBER:HASH, e.g. 1234:0x and 64 hexadecimal digits";
    }

    /// <param name="self">This node's consensus key; null when it only follows.</param>
    public Synchronization.SyncOptions ToSynchroniser(Address? self) => new()
    {
        Mode = Mode == "snap" ? SyncMode.Snap : SyncMode.Full,
        Checkpoint = Synchronization.Checkpoint.TryParse(Checkpoint, out Checkpoint checkpoint) ? checkpoint : null,
        TrustingPeriod = TrustingPeriod < 0 ? null : TimeSpan.FromSeconds(TrustingPeriod),
        Self = self,
    };
}
