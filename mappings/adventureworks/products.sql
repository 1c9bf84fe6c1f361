select
    productkey as product_id,
    product as product_name,
    englishproductcategoryname as product_family_id,
    standardcost as standard_cost

from product
