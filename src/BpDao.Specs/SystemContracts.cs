using BpDao.Core;

namespace BpDao.Specs;

/// <summary>Where the contracts that hold the chain's own rules live (protocol rule 1.1). All but <see cref="Work"/> are proxies.</summary>
public static class SystemContracts
{
    public static readonly Address Reputation = Address.FromNumber(0xb0da01);

    /// <summary>gREP, the governance reputation.</summary>
    public static readonly Address GovernanceReputation = Address.FromNumber(0xb0da02);

    public static readonly Address Availability = Address.FromNumber(0xb0da03);

    /// <summary>Beneficiary of every block, and credited with base fees and newly minted coins (rules 2.2, 2.3).</summary>
    public static readonly Address ValidationPool = Address.FromNumber(0xb0da04);

    public static readonly Address Forum = Address.FromNumber(0xb0da05);

    public static readonly Address Governance = Address.FromNumber(0xb0da06);

    public static readonly Address Judiciary = Address.FromNumber(0xb0da07);

    public static readonly Address Beacon = Address.FromNumber(0xb0da08);

    /// <summary>The genesis WSC; which one is in force says <c>Governance.activeWork</c>.</summary>
    public static readonly Address Work = Address.FromNumber(0xb0da10);

    /// <summary>Ethereum mainnet's deposit contract (EIP-6110); other networks name theirs.</summary>
    public static readonly Address MainnetDeposits = Address.Parse("0x00000000219ab540356cbb839cbe05303d7705fa");
}
