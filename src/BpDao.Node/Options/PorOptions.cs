using System.Text;
using BpDao.Core;

namespace BpDao.Node.Options;

/// <summary>Proof of Reputation on this node. Nothing here decides the validity of a block.</summary>
internal sealed record PorOptions : IValidatedOptions
{
    [Option("por.unsafe-reset", "on/off", "Take part at once although the safety data are lost (protocol rule 4.6); only for a chain that stands still for all.")]
    public bool UnsafeReset { get; init; }

    [Option("por.graffiti", "text", "At most 20 bytes that this node writes into the blocks it proposes.")]
    public string Graffiti { get; init; } = "";

    public IEnumerable<string> Faults()
    {
        if (Encoding.UTF8.GetByteCount(Graffiti) > Address.Size) yield return $"por.graffiti: '{Graffiti}': more than {Address.Size} bytes";
    }

    public Consensus.Por.PorOptions ToEngine()
    {
        byte[] graffiti = new byte[Address.Size];
        Encoding.UTF8.GetBytes(Graffiti, graffiti);
        return new Consensus.Por.PorOptions(UnsafeReset, new Address(graffiti));
    }
}
