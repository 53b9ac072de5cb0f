using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Testing;

/// <summary>Builds a signed transaction; what a test does not say is plain and valid.</summary>
public sealed class TransactionBuilder
{
    private readonly List<Authorization> _authorizations = [];
    private PrivateKey _key = TestKeys.A;
    private Transaction _tx = new()
    {
        Type = TxType.DynamicFee,
        ChainId = TestChainId,
        GasLimit = 21_000,
        MaxFeePerGas = 2_000_000_000,
        MaxPriorityFeePerGas = 1_000_000_000,
        To = Address.FromNumber(0xbeef),
        Value = 1,
    };

    /// <summary>The chain id of every chain that tests make.</summary>
    public const ulong TestChainId = 24422;

    public TransactionBuilder From(PrivateKey key)
    {
        _key = key;
        return this;
    }

    public TransactionBuilder WithNonce(ulong nonce) => With(_tx with { Nonce = nonce });

    public TransactionBuilder To(Address? to) => With(_tx with { To = to });

    public TransactionBuilder WithValue(UInt256 wei) => With(_tx with { Value = wei });

    public TransactionBuilder WithGas(ulong limit) => With(_tx with { GasLimit = limit });

    public TransactionBuilder WithData(ReadOnlyMemory<byte> data) => With(_tx with { Data = data });

    public TransactionBuilder WithChainId(ulong? chainId) => With(_tx with { ChainId = chainId });

    /// <summary>Cap and tip, in wei per gas.</summary>
    public TransactionBuilder WithFees(UInt256 cap, UInt256 tip) => With(_tx with { MaxFeePerGas = cap, MaxPriorityFeePerGas = tip });

    /// <summary>Type 0, in wei per gas.</summary>
    public TransactionBuilder Legacy(UInt256 gasPrice) =>
        With(_tx with { Type = TxType.Legacy, MaxFeePerGas = gasPrice, MaxPriorityFeePerGas = gasPrice });

    public TransactionBuilder WithType(TxType type) => With(_tx with { Type = type });

    /// <summary>Type 4 with one more authorization.</summary>
    public TransactionBuilder Delegating(PrivateKey authority, Address target, ulong nonce)
    {
        _authorizations.Add(Build.Ecdsa.SignAuthorization(TestChainId, target, nonce, authority));
        return With(_tx with { Type = TxType.SetCode, AuthorizationList = [.. _authorizations] });
    }

    /// <summary>Any other field.</summary>
    public TransactionBuilder With(Func<Transaction, Transaction> change) => With(change(_tx));

    /// <summary>Signed; a new instance, without a remembered sender, as it would come from a peer.</summary>
    public Transaction Signed() => Build.Ecdsa.Sign(_tx, _key) with { };

    private TransactionBuilder With(Transaction tx)
    {
        _tx = tx;
        return this;
    }
}
