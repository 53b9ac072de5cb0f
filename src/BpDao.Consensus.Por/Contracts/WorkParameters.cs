namespace BpDao.Consensus.Por.Contracts;

/// <summary>One parameter of the Work contract: its number, the name used in templates and over RPC, and its unit.</summary>
public sealed record WorkParameter(int Id, string Name, string Unit);

/// <summary>The Work contract's parameters in the order of their numbers (<c>src/contracts/lib/Parameters.sol</c>, protocol rule 6.4).</summary>
public static class WorkParameters
{
    public static IReadOnlyList<WorkParameter> All { get; } =
    [
        new(0, "epochLength", "blocks"),
        new(1, "minBlockInterval", "s"),
        new(2, "gasLimit", "gas"),
        new(3, "systemGasLimit", "gas"),
        new(4, "blockReward", "gwei"),
        new(5, "mintingRatio", "REP wei per 1e18 wei"),
        new(6, "stakeBps", "bp of weight"),
        new(7, "lateWindow", "blocks"),
        new(8, "includerBps", "bp"),
        new(9, "lateShareBps", "bp"),
        new(10, "bindingBps", "bp"),
        new(11, "absentShare", "0 authors, 1 burn, 2 winners"),
        new(12, "missPenaltyBps", "bp of half an average mint"),
        new(13, "maxMisses", "turns"),
        new(14, "participationBps", "bp"),
        new(15, "selectionMode", "0 weighted, 1 bag"),
        new(16, "benchMode", "0 all vote"),
        new(17, "maxVoters", "bonds"),
        new(18, "committeeSeats", "seats"),
        new(19, "minBond", "REP wei"),
        new(20, "maxBonds", "bonds"),
        new(21, "joinsPerEpoch", "bonds"),
        new(22, "leavesPerEpoch", "bonds"),
        new(23, "churnDivisor", "1/W"),
        new(24, "inactivityDivisor", "1/W"),
        new(25, "unbondingTime", "s"),
        new(26, "unbondingEpochs", "epochs"),
        new(27, "timerBase", "ms"),
        new(28, "timerBackoffBps", "bp"),
        new(29, "timerCap", "x timerBase"),
        new(30, "slashDelay", "s"),
        new(31, "invalidVoterBps", "bp"),
        new(32, "invalidVoterCap", "x stake"),
        new(33, "onionLayers", "layers"),
        new(34, "onionRenewBelow", "layers"),
        new(35, "maxUnopened", "layers"),
        new(36, "saltExclusion", "epochs"),
        new(37, "jailEpochs", "epochs"),
        new(38, "authorSharePpm", "ppm"),
        new(39, "devBudgetBps", "bp of income"),
        new(40, "governanceTaxBps", "bp"),
        new(41, "attestationTime", "s"),
        new(42, "upgradeDelay", "s"),
        new(43, "openPoolMintDivisor", "1/supply"),
    ];

    /// <summary>Null when there is no parameter of that name.</summary>
    public static WorkParameter? ByName(string name)
    {
        foreach (WorkParameter parameter in All)
        {
            if (parameter.Name == name) return parameter;
        }

        return null;
    }
}
