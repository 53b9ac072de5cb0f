using System.Globalization;
using System.Text;
using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Block hashes as state tests define them: keccak256 of the number's decimal digits.</summary>
internal sealed class NumberHashes : IBlockHashProvider
{
    public static NumberHashes Instance { get; } = new();

    public Hash256 GetBlockHash(ulong number) => Keccak256.Hash(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
}
