using BpDao.Core;

namespace BpDao.Node.Options;

/// <summary>What a bond is asked for with.</summary>
internal sealed record BondOptions : IValidatedOptions
{
    private const int Decimals = 18;

    [Option("identity", "address", "Whose REP is bonded: the account that sends the transaction.")]
    public string Identity { get; init; } = "";

    [Option("amount", "REP", "How much REP is bonded, at most 18 decimals.")]
    public string Amount { get; init; } = "";

    [Option("onion-layers", "layers", "Layers of the reveal onion: the network's onionLayers, which por_parameters tells.", Min = 1, Max = 1 << 24)]
    public int OnionLayers { get; init; } = 65_536;

    public IEnumerable<string> Faults()
    {
        if (Identity.Length != 0 && !Address.TryParse(Identity, out _)) yield return $"identity: '{Identity}' is not an address";
        if (Amount.Length != 0 && !TryReadAmount(out _)) yield return $"amount: '{Amount}': want a number with at most {Decimals} decimals";
    }

    /// <param name="wei">In units of 10⁻¹⁸ REP.</param>
    public bool TryReadAmount(out UInt256 wei)
    {
        wei = UInt256.Zero;
        string[] parts = Amount.Split('.');
        if (parts.Length > 2 || parts[0].Length is 0 or > 30 || (parts.Length == 2 && parts[1].Length is 0 or > Decimals)) return false;
        string digits = parts[0] + (parts.Length == 2 ? parts[1] : "").PadRight(Decimals, '0');
        return digits.All(char.IsAsciiDigit) && UInt256.TryParse(digits, out wei) && !wei.IsZero;
    }
}
