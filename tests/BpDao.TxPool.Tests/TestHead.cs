using BpDao.Core;
using BpDao.Testing;

namespace BpDao.TxPool.Tests;

/// <summary>A head that the test moves by hand: the pool's port to the chain.</summary>
internal sealed class TestHead : IChainHeadInfo
{
    private readonly Dictionary<Address, Account> _accounts = [];
    private readonly Dictionary<Hash256, byte[]> _code = [];

    public TestHead(UInt256? baseFee = null) =>
        Head = new ChainHead(Build.Block().Done().Header, new TestSpec(), baseFee ?? 1_000_000_000, 7, 30_000_000);

    public event Action<ChainHeadChange>? HeadChanged;

    public ulong ChainId => TransactionBuilder.TestChainId;

    public ChainHead Head { get; private set; }

    public UInt256 LeastBaseFee
    {
        get => Head.LeastBaseFee;
        set => Head = Head with { LeastBaseFee = value };
    }

    public TestSpec Spec => (TestSpec)Head.NextSpec;

    public static UInt256 Ether(ulong count) => (UInt256)count * 1_000_000_000_000_000_000;

    public TestHead Fund(Address address, UInt256 balance, ulong nonce = 0)
    {
        _accounts[address] = Account.Empty with { Balance = balance, Nonce = nonce };
        return this;
    }

    public TestHead WithCode(Address address, byte[] code)
    {
        Hash256 hash = Keccak256.Hash(code);
        _code[hash] = code;
        _accounts[address] = _accounts.GetValueOrDefault(address, Account.Empty) with { CodeHash = hash };
        return this;
    }

    public bool TryGetAccount(in Address address, out Account account) => _accounts.TryGetValue(address, out account);

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) => _code[codeHash];

    /// <summary>A block with these transactions: nonces move, then the event comes.</summary>
    public Block Include(params Transaction[] transactions)
    {
        Block block = Build.Block().WithParent(Head.Header).WithTransactions(transactions).Done();
        HashSet<Address> changed = [];
        foreach (Transaction tx in transactions)
        {
            Build.Ecdsa.TryRecoverSender(tx, out Address sender);
            Account account = _accounts[sender];
            _accounts[sender] = account with { Nonce = tx.Nonce + 1 };
            changed.Add(sender);
        }

        Move(block.Header, [block], [], changed);
        return block;
    }

    public void Move(
        BlockHeader header, Block[] added, Block[] removed, IReadOnlyCollection<Address>? changed, UInt256? baseFee = null)
    {
        Head = Head with { Header = header, NextBaseFee = baseFee ?? Head.NextBaseFee };
        HeadChanged?.Invoke(new ChainHeadChange(Head, added, removed, changed));
    }
}

/// <summary>Osaka with a system sender.</summary>
internal sealed class TestSpec : IReleaseSpec
{
    public Fork Fork { get; set; } = Fork.Osaka;

    public BlobSchedule Blobs => new(6, 9, 5007716);

    public bool HasExecutionRequests => false;

    public Address DepositContract => default;

    public Address? BaseFeeRecipient => null;

    public Address? SystemSender => TestKeys.System.Address;
}
