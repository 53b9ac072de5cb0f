namespace BpDao.Node.Options;

/// <summary>What <c>bpdao rescue</c> writes.</summary>
internal sealed record RescueOptions : IValidatedOptions
{
    [Option("lost", "slots", "Slots that are gone for good, separated by commas; only when the file is made.")]
    public string Lost { get; init; } = "";

    [Option("until-epoch", "epoch", "Last epoch in which they count for nothing; only when the file is made.")]
    public ulong? UntilEpoch { get; init; }

    public IEnumerable<string> Faults()
    {
        if (Lost.Length > 0 && ReadSlots() is null) yield return $"lost: '{Lost}': slots separated by commas are wanted";
    }

    /// <summary>Ascending; null when they are none.</summary>
    public IReadOnlyList<uint>? ReadSlots()
    {
        SortedSet<uint> slots = [];
        foreach (string part in Lost.Split(','))
        {
            if (!uint.TryParse(part, out uint slot)) return null;
            slots.Add(slot);
        }

        return [.. slots];
    }
}
