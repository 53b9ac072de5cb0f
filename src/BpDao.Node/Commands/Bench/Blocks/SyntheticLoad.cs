using BpDao.Core;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>A kind of transaction that the blocks of a synthetic chain are full of.</summary>
/// <param name="GasEach">About what one uses; blocks are filled by it.</param>
internal sealed record SyntheticLoad(string Name, ulong GasEach, Func<Address, Transaction> Pay)
{
    /// <summary>Where the token lives.</summary>
    public static readonly Address Token = Address.FromNumber(0xbe9c);

    private static readonly byte[] TransferSelector = Keccak256.Hash("transfer(address,uint256)"u8).Bytes[..4].ToArray();

    public static IReadOnlyList<SyntheticLoad> All { get; } =
    [
        new("synthetic/transfers", 21_000, recipient => new Transaction { To = recipient, Value = 1, GasLimit = 21_000 }),
        new("synthetic/erc20", 34_000, recipient => new Transaction { To = Token, Data = TransferTo(recipient), GasLimit = 80_000 }),
    ];

    private static byte[] TransferTo(in Address recipient)
    {
        byte[] data = new byte[4 + 32 + 32];
        TransferSelector.CopyTo(data, 0);
        recipient.Bytes.CopyTo(data.AsSpan(4 + 12));
        data[^1] = 1;
        return data;
    }
}
