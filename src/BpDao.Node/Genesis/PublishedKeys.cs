using System.Buffers.Binary;
using System.Text;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Node.Genesis;

/// <summary>Keys of producers that everybody may know, for devnets: keccak256("BpDao devnet producer" ‖ index:4).</summary>
internal static class PublishedKeys
{
    public static Hash256 ProducerKey(int index)
    {
        ReadOnlySpan<byte> label = "BpDao devnet producer"u8;
        Span<byte> preimage = stackalloc byte[label.Length + 4];
        label.CopyTo(preimage);
        BinaryPrimitives.WriteInt32BigEndian(preimage[label.Length..], index);
        return Keccak256.Hash(preimage);
    }
}
