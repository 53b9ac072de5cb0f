using BpDao.Core;

namespace BpDao.Evm.Gas;

/// <summary>How SSTORE is charged.</summary>
internal enum SstoreRule : byte
{
    /// <summary>By the present value alone (Frontier, and again in Petersburg).</summary>
    Simple,

    /// <summary>By the value before the transaction (EIP-1283).</summary>
    Net,

    /// <summary>As <see cref="Net"/>, refused with no more gas than a stipend (EIP-2200).</summary>
    NetWithSentry,
}

/// <summary>Gas that depends on more than the opcode, fork by fork: each fork is the one before with what it changed.</summary>
internal sealed record GasCosts
{
    public const long CopyWord = 3;
    public const long Keccak256Word = 6;
    public const long LogTopic = 375;
    public const long LogByte = 8;
    public const long CallValue = 9_000;
    public const long CallStipend = 2_300;
    public const long NewAccount = 25_000;
    public const long CodeByte = 200;
    public const long SstoreSet = 20_000;
    public const long InitCodeWord = 2;
    public const long Warm = 100;

    /// <summary>EIP-7702: what an authorization paid too much when the authority existed already.</summary>
    public const long ExistingAuthorityRefund = 12_500;

    /// <summary>EIP-160.</summary>
    public long ExpByte { get; private init; } = 10;

    /// <summary>EIP-150: a call keeps 1/64 of the gas back instead of failing when it asks for too much.</summary>
    public bool KeepsOne64th { get; private init; }

    /// <summary>EIP-150: SELFDESTRUCT pays for the account it brings into being.</summary>
    public bool SelfDestructPaysNewAccount { get; private init; }

    /// <summary>EIP-161: an account without nonce, balance and code counts as none.</summary>
    public bool EmptyIsDead { get; private init; }

    public SstoreRule Sstore { get; private init; }

    /// <summary>SSTORE that changes nothing, or a slot the transaction has changed already.</summary>
    public long SstoreNoop { get; private init; }

    public long SstoreReset { get; private init; } = 5_000;

    public long SstoreClearRefund { get; private init; } = 15_000;

    public long SelfDestructRefund { get; private init; } = 24_000;

    /// <summary>EIP-2929.</summary>
    public bool HasAccessLists { get; private init; }

    /// <summary>On top of <see cref="Warm"/>, which is the opcode's static gas.</summary>
    public long ColdAccount { get; private init; }

    /// <summary>On top of <see cref="Warm"/>, which is the opcode's static gas.</summary>
    public long ColdSlot { get; private init; }

    /// <summary>SSTORE and SELFDESTRUCT have no <see cref="Warm"/> in their static gas.</summary>
    public long ColdSlotWrite { get; private init; }

    public long ColdBeneficiary { get; private init; }

    /// <summary>EIP-3529: refunds are at most the gas used divided by this.</summary>
    public long RefundQuotient { get; private init; } = 2;

    /// <summary>EIP-3860.</summary>
    public bool ChargesInitCode { get; private init; }

    /// <summary>EIP-6780.</summary>
    public bool DestroysOnlyNew { get; private init; }

    /// <summary>EIP-7702.</summary>
    public bool HasDelegations { get; private init; }

    private static readonly GasCosts Frontier = new();

    private static readonly GasCosts TangerineWhistle = Frontier with { KeepsOne64th = true, SelfDestructPaysNewAccount = true };

    private static readonly GasCosts SpuriousDragon = TangerineWhistle with { ExpByte = 50, EmptyIsDead = true };

    private static readonly GasCosts Constantinople = SpuriousDragon with { Sstore = SstoreRule.Net, SstoreNoop = 200 };

    private static readonly GasCosts Petersburg = SpuriousDragon;

    private static readonly GasCosts Istanbul = Petersburg with { Sstore = SstoreRule.NetWithSentry, SstoreNoop = 800 };

    private static readonly GasCosts Berlin = Istanbul with
    {
        HasAccessLists = true,
        ColdAccount = 2_500,
        ColdSlot = 2_000,
        ColdSlotWrite = 2_100,
        ColdBeneficiary = 2_600,
        SstoreNoop = Warm,
        SstoreReset = 2_900,
    };

    private static readonly GasCosts London = Berlin with { SstoreClearRefund = 4_800, SelfDestructRefund = 0, RefundQuotient = 5 };

    private static readonly GasCosts Shanghai = London with { ChargesInitCode = true };

    private static readonly GasCosts Cancun = Shanghai with { DestroysOnlyNew = true };

    private static readonly GasCosts Prague = Cancun with { HasDelegations = true };

    public static GasCosts Of(Fork fork) => fork switch
    {
        < Fork.TangerineWhistle => Frontier,
        < Fork.SpuriousDragon => TangerineWhistle,
        < Fork.Constantinople => SpuriousDragon,
        Fork.Constantinople => Constantinople,
        < Fork.Istanbul => Petersburg,
        < Fork.Berlin => Istanbul,
        < Fork.London => Berlin,
        < Fork.Shanghai => London,
        < Fork.Cancun => Shanghai,
        < Fork.Prague => Cancun,
        _ => Prague,
    };
}
