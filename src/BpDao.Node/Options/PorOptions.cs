using System.Text;
using BpDao.Consensus.Por.Epochs;
using BpDao.Core;

namespace BpDao.Node.Options;

/// <summary>Proof of Reputation on this node. Nothing here decides the validity of a block.</summary>
internal sealed record PorOptions : IValidatedOptions
{
    [Option("por.unsafe-reset", "on/off", "Take part at once although the safety data are lost (protocol rule 4.6); only for a chain that stands still for all.")]
    public bool UnsafeReset { get; init; }

    [Option("por.graffiti", "text", "At most 20 bytes that this node writes into the blocks it proposes.")]
    public string Graffiti { get; init; } = "";

    [Option("por.rescue", "file", "What operators agreed on when the network was dead, made by bpdao rescue; it changes which certificates count.")]
    public string Rescue { get; init; } = "";

    public IEnumerable<string> Faults()
    {
        if (Encoding.UTF8.GetByteCount(Graffiti) > Address.Size) yield return $"por.graffiti: '{Graffiti}': more than {Address.Size} bytes";
    }

    public Consensus.Por.PorOptions ToEngine()
    {
        byte[] graffiti = new byte[Address.Size];
        Encoding.UTF8.GetBytes(Graffiti, graffiti);
        return new Consensus.Por.PorOptions(UnsafeReset, new Address(graffiti)) { Rescue = Rescue.Length == 0 ? null : ReadRescue(Rescue) };
    }

    /// <exception cref="OperatorFault">There is no such file, or it is none of these.</exception>
    public static BenchRescue ReadRescue(string path)
    {
        try
        {
            return RescueFile.TryParse(File.ReadAllText(path), out BenchRescue? rescue, out string? error) ? rescue : throw new OperatorFault($"'{path}': {error}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"'{path}' cannot be read: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }
}
