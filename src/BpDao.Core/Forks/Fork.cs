namespace BpDao.Core;

/// <summary>Ethereum's hard forks in order; a later one contains every rule of the earlier ones unless it replaces it.</summary>
public enum Fork : byte
{
    Frontier,
    Homestead,
    Dao,
    TangerineWhistle,
    SpuriousDragon,
    Byzantium,
    Constantinople,
    Petersburg,
    Istanbul,
    MuirGlacier,
    Berlin,
    London,
    ArrowGlacier,
    GrayGlacier,
    Paris,
    Shanghai,
    Cancun,
    Prague,
    Osaka,
    Bpo1,
    Bpo2,
}
