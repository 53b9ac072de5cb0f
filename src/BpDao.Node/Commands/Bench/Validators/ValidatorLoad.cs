using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>Transactions of the published accounts, the same number for every block. They are given to every node: how they get around is not
/// what is measured.</summary>
/// <param name="dataBytes">Of each; random, so that no compression helps.</param>
internal sealed class ValidatorLoad(ulong chainId, IReadOnlyList<Hash256> accounts, int transactions, int dataBytes) : IDisposable
{
    // EIP-7623: the floor of what calldata costs, for bytes that are not zero.
    private const ulong GasOfByte = 40, GasOfTransfer = 21_000;

    // In wei by gas. Full blocks raise the base fee by an eighth each.
    private static readonly UInt256 Price = 1_000_000_000_000;

    private static readonly Address Recipient = Address.FromNumber(0xbe9c);

    private readonly EthereumEcdsa _ecdsa = new(Secp256k1.Default);
    private readonly PrivateKey[] _keys = [.. accounts.Select(a => new PrivateKey(a.Bytes))];
    private readonly Random _random = new(1);
    private ulong _sent;

    public IEnumerable<Transaction> Next()
    {
        for (int i = 0; i < transactions; i++, _sent++)
        {
            byte[] data = new byte[dataBytes];
            _random.NextBytes(data);
            yield return _ecdsa.Sign(
                new Transaction
                {
                    Type = TxType.DynamicFee,
                    ChainId = chainId,
                    Nonce = _sent / (ulong)_keys.Length,
                    MaxFeePerGas = Price,
                    MaxPriorityFeePerGas = 1,
                    GasLimit = GasOfTransfer + ((ulong)dataBytes * GasOfByte),
                    To = Recipient,
                    Value = 1,
                    Data = data,
                },
                _keys[_sent % (ulong)_keys.Length]);
        }
    }

    public void Dispose()
    {
        foreach (PrivateKey key in _keys) key.Dispose();
    }
}
