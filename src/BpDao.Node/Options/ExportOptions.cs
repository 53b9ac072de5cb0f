namespace BpDao.Node.Options;

/// <summary>Which blocks go into a file.</summary>
internal sealed record ExportOptions : IValidatedOptions
{
    [Option("from", "block", "First block that export writes.")]
    public ulong From { get; init; }

    [Option("to", "block", "Last block that export writes; the head when it is not given.")]
    public ulong? To { get; init; }

    public IEnumerable<string> Faults()
    {
        if (To < From) yield return $"to: '{To}': before --from {From}";
    }
}
